"""Cases of operators that run subgraphs, and of variables, which outlive an invocation."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace as Point

import numpy as np

from kernels.model import Model
from tools.conformance.case import Family, Sketch
from tools.conformance.draw import Draw
from tools.conformance.model_builder import (
    Operation,
    Value,
    constant,
    graph,
    tensor,
    with_subgraphs,
)

_INVOCATIONS = 3
_NUMBERS = ("float32", "int32", "int64")
_SHAPES = ((), (1,), (2, 3), (1, 2, 2, 3))


def _like(name: str, value: Value) -> Value:
    return tensor(name, value.tensor.shape, value.tensor.type)


def _alone(operator: str, x: Value, step: Value) -> Model:
    """A subgraph: x and the constant to one result."""
    inner, made = _like("inner_x", x), _like("inner_y", x)
    return graph([Operation(operator, [inner, step], [made], {})], [inner], [made])


def _branch(draw: Draw, point: Point) -> Sketch:
    """One of two subgraphs, which reads a constant of its own and one input."""
    go, x = draw.fed("bool", (1,)), draw.fed(point.type, point.shape)
    steps = [draw.constant(point.type, (), 1, 4) for _ in range(2)]

    def model(outputs: Sequence[Value]) -> Model:
        options = {"then_subgraph_index": 1, "else_subgraph_index": 2}
        main = graph([Operation("IF", [go, x], outputs, options)], [go, x], outputs)
        sides = zip(("ADD", "MUL"), steps, strict=True)
        return with_subgraphs(main, *(_alone(operator, x, step) for operator, step in sides))

    return Sketch([go, x], [draw.value(point.type)], model=model, invocations=_INVOCATIONS)


def _loop(draw: Draw, point: Point) -> Sketch:
    """While count < turns: count += 1 and x = x * step, or x, y = y, x * step."""
    count = draw.given([0])
    values = [draw.fed(point.type, point.shape) for _ in range(2 if point.swap else 1)]
    step = draw.constant(point.type, (), 1, 4)

    def model(outputs: Sequence[Value]) -> Model:
        options = {"cond_subgraph_index": 1, "body_subgraph_index": 2}
        start = tensor("end_count", (1,), "INT32")
        loop = Operation("WHILE", [count, *values], [start, *outputs], options)
        main = graph([loop], values, outputs)
        return with_subgraphs(main, _condition(values, point.turns), _body(values, step))

    outputs = [draw.value(point.type) for _ in values]
    return Sketch(values, outputs, model=model, invocations=2)


def _condition(values: Sequence[Value], turns: int) -> Model:
    count, go = tensor("count", (1,), "INT32"), tensor("go", (1,), "BOOL")
    inner = [_like(f"condition_{number}", value) for number, value in enumerate(values)]
    limit = constant("turns", np.array([turns], np.int32))
    return graph([Operation("LESS", [count, limit], [go])], [count, *inner], [go])


def _body(values: Sequence[Value], step: Value) -> Model:
    count, following = (tensor(name, (1,), "INT32") for name in ("count", "following"))
    one = constant("one", np.array([1], np.int32))
    inner = [_like(f"body_{number}", value) for number, value in enumerate(values)]
    made = _like("made", values[0])
    operations = [
        Operation("ADD", [count, one], [following], {}),
        Operation("MUL", [inner[0], step], [made], {}),
    ]
    return graph(operations, [count, *inner], [following, *inner[1:], made])


def _handle(name: str) -> Value:
    return tensor(name, (1,), "RESOURCE")


def _variable(name: str, of: str = "total") -> Operation:
    return Operation("VAR_HANDLE", [], [_handle(name)], {"shared_name": of, "container": ""})


def _assign(handle: str, value: Value) -> Operation:
    return Operation("ASSIGN_VARIABLE", [_handle(handle), value], [], {})


def _start(first: Value) -> Model:
    """A subgraph that gives the variable its first value."""
    return graph([_variable("start"), _assign("start", first)], [], [])


def _total(draw: Draw, point: Point) -> Sketch:
    """Once: total = a constant. Then, at each invocation: total = total + x.

    ``handles``: "one" of the variable; "two" of it; "other", one of another variable as well,
    which gets x.
    """
    x, first = draw.fed(point.type, point.shape), draw.constant(point.type, point.shape)
    old = _like("old", x)
    more = {"two": [_variable("second")], "other": [_variable("second", "other")]}

    def model(outputs: Sequence[Value]) -> Model:
        operations = [
            Operation("CALL_ONCE", [], [], {"init_subgraph_index": 1}),
            _variable("handle"),
            *more.get(point.handles, []),
            *([_assign("second", x)] if point.handles == "other" else []),
            Operation("READ_VARIABLE", [_handle("handle")], [old], {}),
            Operation("ADD", [old, x], outputs, {}),
            _assign("second" if point.handles == "two" else "handle", outputs[0]),
        ]
        return with_subgraphs(graph(operations, [x], outputs), _start(first))

    return Sketch([x], [draw.value(point.type)], model=model, invocations=_INVOCATIONS)


FAMILIES = (
    Family(("IF",), {"type": _NUMBERS, "shape": _SHAPES, "again": (1, 2)}, _branch, cases=8),
    Family(
        ("WHILE",),
        {"type": _NUMBERS, "shape": _SHAPES, "turns": (0, 1, 3), "swap": (False, True)},
        _loop,
    ),
    Family(
        ("CALL_ONCE", "VAR_HANDLE", "READ_VARIABLE", "ASSIGN_VARIABLE"),
        {"type": ("float32", "int32"), "shape": _SHAPES, "handles": ("one", "two", "other")},
        _total,
        cases=8,
    ),
)

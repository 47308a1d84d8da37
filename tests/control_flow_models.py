"""Float models whose weights sit in the subgraphs of a WHILE or IF, or are handed on by one."""

from __future__ import annotations

import numpy as np

from kernels.model import Model
from tests.build_model import Operation, Value, constant, graph, tensor, with_subgraphs
from tests.float_models import BATCH, normal

LOOP_SIZE = 48


def loop(handed_on: bool = False) -> Model:
    """Three times x = tanh(x w + b); the weight is the body's own or handed on by the WHILE."""
    count, x = tensor("count", (1,), "INT32"), tensor("x", (BATCH, LOOP_SIZE))
    weight = normal("w", LOOP_SIZE, LOOP_SIZE, scale=0.2)
    inner = tensor("inner_w", weight.tensor.shape) if handed_on else weight
    more = [inner] if handed_on else []
    body = _loop_body(inner, more)
    condition_x = tensor("condition_x", x.tensor.shape)
    condition = graph(
        [
            Operation(
                "LESS",
                [count, constant("3", np.array([3], np.int32))],
                [tensor("go", (1,), "BOOL")],
            )
        ],
        [count, condition_x, *more],
        [tensor("go", (1,), "BOOL")],
    )
    zero = constant("0", np.array([0], np.int32))
    outputs = [tensor("end", (1,), "INT32"), tensor("y", x.tensor.shape)]
    main = graph(
        [
            Operation(
                "WHILE",
                [zero, x, *([weight] if handed_on else [])],
                [*outputs, *([tensor("end_w", weight.tensor.shape)] if handed_on else [])],
                {"cond_subgraph_index": 1, "body_subgraph_index": 2},
            )
        ],
        [x],
        [outputs[1]],
    )
    return with_subgraphs(main, condition, body)


def _loop_body(weight: Value, handed_on: list[Value]) -> Model:
    shape = (BATCH, LOOP_SIZE)
    count, x = tensor("body_count", (1,), "INT32"), tensor("body_x", shape)
    following, product, end = (
        tensor("following", (1,), "INT32"),
        tensor("product", shape),
        tensor("body_y", shape),
    )
    return graph(
        [
            Operation("ADD", [count, constant("1", np.array([1], np.int32))], [following], {}),
            Operation("FULLY_CONNECTED", [x, weight, normal("b", LOOP_SIZE)], [product], {}),
            Operation("TANH", [product], [end]),
        ],
        [count, x, *handed_on],
        [following, end, *handed_on],
    )


def branch() -> Model:
    """y = x w or x v, both weights handed on by the IF: (BOOL, x) -> y."""
    go, x, y = tensor("go", (1,), "BOOL"), tensor("x", (BATCH, 32)), tensor("y", (BATCH, 40))
    weights = [normal("w", 40, 32), normal("v", 40, 32)]
    main = graph(
        [
            Operation(
                "IF",
                [go, x, *weights],
                [y],
                {"then_subgraph_index": 1, "else_subgraph_index": 2},
            )
        ],
        [go, x],
        [y],
    )
    return with_subgraphs(main, _side("then", 0), _side("else", 1))


def _side(prefix: str, taken: int) -> Model:
    x, y = tensor(f"{prefix}_x", (BATCH, 32)), tensor(f"{prefix}_y", (BATCH, 40))
    weights = [tensor(f"{prefix}_{name}", (40, 32)) for name in "wv"]
    operation = Operation("FULLY_CONNECTED", [x, weights[taken], None], [y], {})
    return graph([operation], [x, *weights], [y])

"""Moves constants that a loop only carries round into the loop's own subgraphs.

Some converters hand a WHILE its weights as operands. Inside the body they are then inputs,
which no kernel takes as int8 weights; as constants of the body they can be quantized.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from kernels.model import Model, Operator, Subgraph
from kernels.operators import OPERATORS
from kernels.tflite.schema import with_defaults

_LOOP = "WHILE"


@dataclass(frozen=True)
class _Loop:
    """A WHILE operator, and the subgraphs that only it runs."""

    subgraph: int
    operator: int
    condition: int
    body: int


def sink_loop_constants(model: Model) -> Model:
    """The model with the weights that a WHILE carries unchanged made constants of its condition
    and body; the model itself where there are none.

    Operand k is such a weight if it is a float constant, if the body returns its input k as
    output k, and if some operator of the body takes it as a weight or carries it on. What the
    model computes is the same. Loops whose subgraphs something else runs too stay.
    """
    found = _first(model)
    while found is not None:
        model = _sink(model, *found)
        found = _first(model)
    return model


def _first(model: Model) -> tuple[_Loop, int] | None:
    for loop in _loops(model):
        operands = _operator(model, loop).inputs
        for k in range(len(operands)):
            if len(operands) > 1 and _is_invariant_constant(model, loop, k):
                return loop, k
    return None


def _loops(model: Model) -> list[_Loop]:
    loops, called = [], Counter(signature.subgraph for signature in model.signatures)
    called[0] += 1
    for s, subgraph in enumerate(model.subgraphs):
        for o, operator in enumerate(subgraph.operators):
            callees = called_subgraphs(operator)
            called.update(callees)
            if operator.name == _LOOP:
                loops.append(_Loop(s, o, *callees))
    return [loop for loop in loops if called[loop.condition] == called[loop.body] == 1]


def called_subgraphs(operator: Operator) -> tuple[int, ...]:
    """The subgraphs that the operator runs, in the order of its options' fields."""
    table = operator.options or operator.options2
    options = vars(with_defaults(table, table.name)) if table is not None else {}
    called: list[int] = []
    for name, value in options.items():
        if name.endswith(("subgraph", "subgraph_index")):
            called.append(value)
        elif name.endswith("subgraph_indices"):
            called.extend(int(index) for index in value)
    return tuple(called)


def _operator(model: Model, loop: _Loop) -> Operator:
    return model.subgraphs[loop.subgraph].operators[loop.operator]


def _is_invariant_constant(model: Model, loop: _Loop, k: int) -> bool:
    outer, body = model.subgraphs[loop.subgraph], model.subgraphs[loop.body]
    operator = _operator(model, loop)
    constant = outer.tensors[operator.inputs[k]]
    return (
        constant.type == "FLOAT32"
        and len(model.buffers[constant.buffer]) > 0
        and body.outputs[k] == body.inputs[k]
        and body.outputs.count(body.inputs[k]) == 1
        and operator.outputs[k] not in outer.outputs
        and any(_is_weight(each, body.inputs[k]) for each in body.operators)
    )


def _is_weight(operator: Operator, tensor: int) -> bool:
    facts = OPERATORS[operator.name].int8 if operator.name in OPERATORS else None
    operands = {weight.operand for weight in facts.weights} if facts is not None else set()
    read = {operand for operand, index in enumerate(operator.inputs) if index == tensor}
    return bool(read & operands) or (operator.name == _LOOP and bool(read))


def _sink(model: Model, loop: _Loop, k: int) -> Model:
    operator = _operator(model, loop)
    buffer = model.subgraphs[loop.subgraph].tensors[operator.inputs[k]].buffer
    subgraphs = list(model.subgraphs)
    subgraphs[loop.subgraph] = _without_operand(subgraphs[loop.subgraph], loop.operator, k)
    subgraphs[loop.condition] = _with_constant(subgraphs[loop.condition], k, buffer)
    subgraphs[loop.body] = _with_constant(subgraphs[loop.body], k, buffer)
    return replace(model, subgraphs=tuple(subgraphs))


def _without_operand(subgraph: Subgraph, index: int, k: int) -> Subgraph:
    """The operator without operand and output k; who read that output reads the operand."""
    loop = subgraph.operators[index]
    output, constant = loop.outputs[k], loop.inputs[k]
    operators = [
        replace(operator, inputs=tuple(constant if i == output else i for i in operator.inputs))
        for operator in subgraph.operators
    ]
    operators[index] = replace(
        loop, inputs=_without(loop.inputs, k), outputs=_without(loop.outputs, k)
    )
    return replace(subgraph, operators=tuple(operators))


def _with_constant(subgraph: Subgraph, k: int, buffer: int) -> Subgraph:
    """Input k is a constant with this buffer; the body no longer returns it."""
    tensors = list(subgraph.tensors)
    tensors[subgraph.inputs[k]] = replace(tensors[subgraph.inputs[k]], buffer=buffer)
    is_body = subgraph.inputs[k] in subgraph.outputs
    return replace(
        subgraph,
        tensors=tuple(tensors),
        inputs=_without(subgraph.inputs, k),
        outputs=_without(subgraph.outputs, k) if is_body else subgraph.outputs,
    )


def _without(values: tuple[int, ...], k: int) -> tuple[int, ...]:
    return values[:k] + values[k + 1 :]

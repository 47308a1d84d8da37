"""Moves weights that control flow only hands on into the subgraphs that use them.

Some converters give a WHILE or an IF its weights as operands. Inside the subgraphs they are
then inputs, which no kernel takes as int8 weights; as constants there they can be quantized.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from kernels.int8 import INT8
from kernels.model import Model, Operator, Subgraph
from kernels.tflite.schema import with_defaults

_LOOP, _BRANCH = "WHILE", "IF"
_FIRST_HANDED_ON = {_LOOP: 0, _BRANCH: 1}
"""The operand that is input 0 of the subgraphs: an IF's operand 0 is its condition."""


@dataclass(frozen=True)
class _Call:
    """A control flow operator, and the subgraphs that only it runs (a loop's body last)."""

    subgraph: int
    operator: int
    callees: tuple[int, ...]


def sink_captured_constants(model: Model) -> Model:
    """The model with the weights that a WHILE or IF hands on made constants of the subgraphs
    that it runs; the model itself where there are none.

    An operand is such a weight if it is a float constant that some operator in there takes as
    a weight or hands on in turn, and for a WHILE if the body returns it unchanged: input k is
    output k. What the model computes is the same. Where something else runs a subgraph too,
    everything stays.
    """
    found = _first(model)
    while found is not None:
        model = _sink(model, *found)
        found = _first(model)
    return model


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


def _first(model: Model) -> tuple[_Call, int] | None:
    """The first call that hands on a weight, and as which input of its subgraphs."""
    for call in _calls(model):
        for k in range(len(model.subgraphs[call.callees[-1]].inputs)):
            if _is_captured_weight(model, call, k):
                return call, k
    return None


def _calls(model: Model) -> list[_Call]:
    calls, called = [], Counter(signature.subgraph for signature in model.signatures)
    called[0] += 1
    for s, subgraph in enumerate(model.subgraphs):
        for o, operator in enumerate(subgraph.operators):
            callees = called_subgraphs(operator)
            called.update(callees)
            if operator.name in _FIRST_HANDED_ON:
                calls.append(_Call(s, o, callees))
    return [call for call in calls if all(called[callee] == 1 for callee in call.callees)]


def _operator(model: Model, call: _Call) -> Operator:
    return model.subgraphs[call.subgraph].operators[call.operator]


def _operand(operator: Operator, k: int) -> int:
    return operator.inputs[k + _FIRST_HANDED_ON[operator.name]]


def _is_captured_weight(model: Model, call: _Call, k: int) -> bool:
    operator = _operator(model, call)
    constant = model.subgraphs[call.subgraph].tensors[_operand(operator, k)]
    callees = [model.subgraphs[callee] for callee in call.callees]
    return (
        constant.type == "FLOAT32"
        and len(model.buffers[constant.buffer]) > 0
        and any(_is_weight(each, g.inputs[k]) for g in callees for each in g.operators)
        and (operator.name != _LOOP or _is_invariant(model, call, k))
    )


def _is_weight(operator: Operator, tensor: int) -> bool:
    """Whether the operator takes the tensor as a weight, or is control flow that hands it on."""
    facts = INT8.get(operator.name)
    operands = {weight.operand for weight in facts.weights} if facts is not None else set()
    read = {operand for operand, index in enumerate(operator.inputs) if index == tensor}
    return bool(read & operands) or (operator.name in _FIRST_HANDED_ON and bool(read))


def _is_invariant(model: Model, loop: _Call, k: int) -> bool:
    """Whether the loop carries operand k round unchanged, and nothing else if it were gone."""
    body, operator = model.subgraphs[loop.callees[-1]], _operator(model, loop)
    return (
        len(operator.inputs) > 1
        and body.outputs[k] == body.inputs[k]
        and body.outputs.count(body.inputs[k]) == 1
        and operator.outputs[k] not in model.subgraphs[loop.subgraph].outputs
    )


def _sink(model: Model, call: _Call, k: int) -> Model:
    operator = _operator(model, call)
    buffer = model.subgraphs[call.subgraph].tensors[_operand(operator, k)].buffer
    subgraphs = list(model.subgraphs)
    subgraphs[call.subgraph] = _without_operand(subgraphs[call.subgraph], call.operator, k)
    for callee in set(call.callees):
        subgraphs[callee] = _with_constant(subgraphs[callee], k, buffer)
    if operator.name == _LOOP:
        body = subgraphs[call.callees[-1]]
        subgraphs[call.callees[-1]] = replace(body, outputs=_without(body.outputs, k))
    return replace(model, subgraphs=tuple(subgraphs))


def _without_operand(subgraph: Subgraph, index: int, k: int) -> Subgraph:
    """The operator without what it hands on as input k; a loop's output k is its operand k."""
    operator = subgraph.operators[index]
    outputs, same = operator.outputs, {}
    if operator.name == _LOOP:
        same = {outputs[k]: operator.inputs[k]}
        outputs = _without(outputs, k)
    operators = [
        replace(each, inputs=tuple(same.get(i, i) for i in each.inputs))
        for each in subgraph.operators
    ]
    inputs = _without(operator.inputs, k + _FIRST_HANDED_ON[operator.name])
    operators[index] = replace(operator, inputs=inputs, outputs=outputs)
    return replace(subgraph, operators=tuple(operators))


def _with_constant(subgraph: Subgraph, k: int, buffer: int) -> Subgraph:
    """The subgraph with a constant in place of input k."""
    tensors = list(subgraph.tensors)
    tensors[subgraph.inputs[k]] = replace(tensors[subgraph.inputs[k]], buffer=buffer)
    return replace(subgraph, tensors=tuple(tensors), inputs=_without(subgraph.inputs, k))


def _without(values: tuple[int, ...], k: int) -> tuple[int, ...]:
    return values[:k] + values[k + 1 :]

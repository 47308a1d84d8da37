"""Which operators compute with integers, and why the others stay float."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kernels.activation import CLAMPS
from kernels.int8 import TFLITE_MICRO
from kernels.integer import FLOAT_ONLY, INTEGER, Integer
from kernels.model import OPTIONAL_TENSOR, Model, Operator, Tensor
from kernels.tflite.schema import OPTIONS, with_defaults
from quant.integer.graph import FLOAT32, Graph, boundary, graphs
from quant.integer.scheme import IntegerScheme, Place
from quant.recipe import FLOAT_IO


@dataclass(frozen=True)
class Form:
    """``is_integer``, or float with the ``reason``."""

    is_integer: bool
    reason: str = ""


NO_NEIGHBOUR = "only moves float values: no operator beside it is integer"


def choose_forms(model: Model, scheme: IntegerScheme) -> Mapping[Place, Form]:
    """The form of every operator that has float operands or outputs.

    An operator that only moves values, or makes none that are float, is integer where a
    neighbour is: between float operators it would gain nothing.
    """
    forms: dict[Place, Form] = {}
    waiting: list[Place] = []
    for graph in graphs(model):
        for o, operator in enumerate(graph.subgraph.operators):
            place = graph.index, o
            if not _floats(graph, operator):
                continue
            reason = _kept(graph, operator, scheme) or obstacle(graph, operator, scheme)
            if not reason and _follows(graph, operator, scheme):
                waiting.append(place)
            else:
                forms[place] = Form(not reason, reason)
    _settle(model, scheme, forms, waiting)
    return forms


def obstacle(graph: Graph, operator: Operator, scheme: IntegerScheme) -> str:
    """Why the operator cannot compute with integers; nothing if it can."""
    facts = INTEGER.get(operator.name)
    name, element_type = operator.custom_code or operator.name, scheme.element_type
    if name in FLOAT_ONLY:
        return f"{name}: {FLOAT_ONLY[name]}"
    if facts is None or element_type not in facts.versions:
        return f"{name} has no {element_type} kernel"
    if not facts.takes(element_type, scheme.target_runtime):
        return f"target runtime {scheme.target_runtime} has no {element_type} {name}"
    if facts.int32_micro and scheme.target_runtime == TFLITE_MICRO and _has_int64(graph, operator):
        return f"target runtime {scheme.target_runtime} takes no INT64 indices in {name}"
    return (
        _of_options(operator)
        or _of_weights(graph, operator, facts)
        or _of_ranges(graph, operator, scheme)
    )


def _kept(graph: Graph, operator: Operator, scheme: IntegerScheme) -> str:
    made = operator.outputs[0] if operator.outputs else OPTIONAL_TENSOR
    return scheme.kept.get((graph.index, made), "")


def _floats(graph: Graph, operator: Operator) -> bool:
    return any(map(graph.is_float, (*operator.inputs, *operator.outputs)))


def _has_int64(graph: Graph, operator: Operator) -> bool:
    places = (*operator.inputs, *operator.outputs)
    return any(graph.subgraph.tensors[t].type == "INT64" for t in places if t != OPTIONAL_TENSOR)


def _of_options(operator: Operator) -> str:
    options = with_defaults(operator.options, OPTIONS[operator.name])
    if getattr(options, "fused_activation_function", 0) not in CLAMPS:
        return f"{operator.name} with a fused activation that is no clamp has no integer kernel"
    return ""


def _of_weights(graph: Graph, operator: Operator, facts: Integer) -> str:
    weight = graph.tensor(operator, facts.weight_operand)
    bias = graph.tensor(operator, facts.bias)
    if facts.weight is not None and not _is_plain(graph, weight):
        return f"the weight of {operator.name} is no float constant"
    if bias is not None and not _is_plain(graph, bias):
        return f"the bias of {operator.name} is no float constant"
    return ""


def _is_plain(graph: Graph, tensor: Tensor | None) -> bool:
    return (
        tensor is not None
        and tensor.type == FLOAT32
        and tensor.sparsity is None
        and len(graph.model.buffers[tensor.buffer]) > 0
    )


def _of_ranges(graph: Graph, operator: Operator, scheme: IntegerScheme) -> str:
    for tensor in graph.activations(operator):
        of, observed = graph.subgraph.tensors[tensor], scheme.ranges.get((graph.index, tensor))
        if of.is_variable:
            return f"'{of.name}' is a variable"
        if of.sparsity is not None:
            return f"'{of.name}' is stored sparse"
        if graph.is_constant(tensor):
            continue
        if observed is None:
            return f"no range of '{of.name}' was observed"
    return ""


def _follows(graph: Graph, operator: Operator, scheme: IntegerScheme) -> bool:
    """Whether it moves run-time values and nothing else, or makes none that are float."""
    runtime = [t for t in graph.activation_inputs(operator) if not graph.is_constant(t)]
    moves = INTEGER[operator.name].shares_scale(scheme.target_runtime)
    return bool(runtime) and (moves or not graph.float_outputs(operator))


def _settle(
    model: Model, scheme: IntegerScheme, forms: dict[Place, Form], waiting: list[Place]
) -> None:
    """Decides on operators that follow their neighbours, until nothing changes."""
    fed = boundary(model) if scheme.io != FLOAT_IO else frozenset()
    all_graphs = list(graphs(model))
    settled = False
    while not settled:
        found = [p for p in waiting if _beside_integers(all_graphs[p[0]], p[1], forms, fed)]
        forms |= dict.fromkeys(found, Form(True))
        waiting = [place for place in waiting if place not in forms]
        settled = not found
    forms |= dict.fromkeys(waiting, Form(False, NO_NEIGHBOUR))


def _beside_integers(
    graph: Graph, o: int, forms: Mapping[Place, Form], fed: frozenset[Place]
) -> bool:
    """Whether an integer operator makes one of its operands, or all that read its outputs are
    integer; ``fed``: tensors that are integers at the graph's boundary."""
    operator = graph.subgraph.operators[o]

    def is_integer(each: int) -> bool:
        return forms.get((graph.index, each), Form(False)).is_integer

    def made_integer(tensor: int) -> bool:
        maker = graph.maker.get(tensor)
        return (graph.index, tensor) in fed if maker is None else is_integer(maker)

    def read_as_integer(tensor: int) -> Iterator[bool]:
        yield from map(is_integer, graph.readers.get(tensor, []))
        if tensor in graph.subgraph.outputs:
            yield (graph.index, tensor) in fed

    reads = [each for t in graph.float_outputs(operator) for each in read_as_integer(t)]
    return any(map(made_integer, graph.activation_inputs(operator))) or (bool(reads) and all(reads))

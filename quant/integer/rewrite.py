"""A float model with the operators that a plan chose in integer form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.constant import constant
from kernels.int8 import Version
from kernels.integer import INTEGER, Integer
from kernels.model import OPTIONAL_TENSOR, Model, Operator, Quantization, Subgraph, Table
from kernels.tflite.schema import OPTIONS
from quant.integer.buffers import Buffers
from quant.integer.draft import Draft
from quant.integer.graph import Graph, boundary, graphs
from quant.integer.plan import IntegerPlan
from quant.integer.scheme import IntegerScheme, Place
from quant.integer.weights import BIAS_TYPES, fitted, store_bias, weight_axis
from quant.prune import drop_unused_buffers
from quant.recipe import FLOAT_IO
from quant.runtime_version import require_runtime
from quant.spill import Spill
from quant.weights import StoredWeight

Array = NDArray[Any]

Store = Callable[[Graph, int, "int | None"], StoredWeight]
"""Makes int8 of a weight: of a graph's tensor, with scales along a dimension."""


@dataclass(frozen=True)
class _Making:
    """What rewriting a subgraph needs. ``in_place``: constants that no operator reads as float;
    ``stored``: tensor -> what became of it, filled on the way."""

    graph: Graph
    plan: IntegerPlan
    draft: Draft
    buffers: Buffers
    store: Store
    in_place: frozenset[int]
    stored: dict[Place, StoredWeight]
    spill: Spill | None

    def values(self, tensor: int) -> Array:
        """A constant's."""
        found = constant(self.graph.model, self.graph.subgraph.tensors[tensor])
        assert found is not None
        return found


def rewrite_integer(
    plan: IntegerPlan, store: Store, spill: Spill | None = None
) -> tuple[Model, Mapping[Place, StoredWeight]]:
    """The plan's model with integer operators, QUANTIZE and DEQUANTIZE where they meet float
    ones, and what became of each constant tensor that they read.

    Names, signatures and indices of tensors stay; new tensors come last. ``store`` makes int8 of
    a weight.
    """
    model = plan.model
    buffers, ends = Buffers(model.buffers), boundary(model)
    stored: dict[Place, StoredWeight] = {}
    subgraphs, releases = [], []
    for graph in graphs(model):
        draft = _draft(graph, plan, ends)
        in_place = _never_float(graph, plan)
        subgraphs.append(
            _rewrite(_Making(graph, plan, draft, buffers, store, in_place, stored, spill))
        )
        releases += [version.runtime for version in draft.versions]
    changed = replace(model, subgraphs=tuple(subgraphs), buffers=buffers.all)
    return drop_unused_buffers(require_runtime(changed, releases)), stored


def _draft(graph: Graph, plan: IntegerPlan, ends: frozenset[Place]) -> Draft:
    own = {t: scaled for (s, t), scaled in plan.scales.tensors.items() if s == graph.index}
    affines = {tensor: scaled.affine for tensor, scaled in own.items()}
    outer = {*graph.subgraph.inputs, *graph.subgraph.outputs}
    types = {
        tensor: affine.type
        for tensor, affine in affines.items()
        if tensor not in outer and plan.is_integer(graph.index, graph.maker.get(tensor, -1))
    }
    if plan.scheme.io != FLOAT_IO:
        io = plan.scheme.io.upper()
        types |= {t: io for s, t in ends if s == graph.index and t in affines}
    return Draft(list(graph.subgraph.tensors), affines, types)


def _never_float(graph: Graph, plan: IntegerPlan) -> frozenset[int]:
    """The tensors that only integer operators read."""
    return frozenset(
        tensor
        for tensor in range(len(graph.subgraph.tensors))
        if tensor not in graph.subgraph.outputs
        and all(plan.is_integer(graph.index, o) for o in graph.readers.get(tensor, []))
    )


def _rewrite(made: _Making) -> Subgraph:
    graph, draft = made.graph, made.draft
    for tensor in graph.subgraph.inputs:
        draft.give(tensor)
    for o, operator in enumerate(graph.subgraph.operators):
        if made.plan.is_integer(graph.index, o):
            _as_integer(made, operator)
        else:
            _as_float(made, operator)
    for tensor in dict.fromkeys(graph.subgraph.outputs):
        made_here = tensor not in graph.subgraph.inputs and not graph.is_constant(tensor)
        if graph.is_float(tensor) and made_here:
            draft.finish(tensor)
    return replace(graph.subgraph, tensors=tuple(draft.tensors), operators=tuple(draft.operators))


def _as_float(made: _Making, operator: Operator) -> None:
    """The operator as it is: what it reads that is integers comes through a DEQUANTIZE."""
    draft = made.draft
    inputs = tuple(
        draft.float_of(tensor) if made.graph.is_float(tensor) else tensor
        for tensor in operator.inputs
    )
    outputs = []
    for tensor in operator.outputs:
        target = draft.float_target(tensor) if made.graph.is_float(tensor) else tensor
        if made.graph.is_float(tensor):
            draft.floats[tensor] = target
        outputs.append(target)
    draft.operators.append(replace(operator, inputs=inputs, outputs=tuple(outputs)))


def _as_integer(made: _Making, operator: Operator) -> None:
    facts, draft, graph = INTEGER[operator.name], made.draft, made.graph
    inputs = list(operator.inputs)
    for operand in graph.activation_operands(operator):
        inputs[operand] = _activation(made, operator.inputs[operand])
    weight = _operands(made, operator, facts, inputs)
    outputs = list(operator.outputs)
    after: list[tuple[int, int]] = []
    for position, tensor in enumerate(operator.outputs):
        if graph.is_float(tensor):
            outputs[position] = _result(made, tensor, after)
    version = _version(operator, graph, facts, made.plan.scheme, weight)
    draft.versions.append(version)
    draft.operators.append(
        replace(
            operator,
            inputs=tuple(inputs),
            outputs=tuple(outputs),
            options=_options(operator, facts, made.plan.scheme.element_type),
            version=max(operator.version, version.number),
        )
    )
    for source, target in after:
        draft.requantize(source, target)


def _activation(made: _Making, tensor: int) -> int:
    """The integers of an activation, which may be a constant."""
    if not made.graph.is_constant(tensor):
        return made.draft.integer_of(tensor)
    affine, values = made.draft.affines[tensor], made.values(tensor)
    stored = affine.stored(values, affine.quantized(values))
    kept = stored if made.spill is None else stored.kept(made.spill)
    return _placed(made, tensor, kept, affine.quantization)


def _result(made: _Making, tensor: int, after: list[tuple[int, int]]) -> int:
    """Where the operator writes; ``after``: what a QUANTIZE then has to bring where."""
    draft = made.draft
    draft.integers[tensor] = draft.integer_target(tensor)
    prescribed = made.plan.scales.made.get((made.graph.index, tensor))
    if prescribed is None:
        return draft.integers[tensor]
    source = draft.add(tensor, prescribed)
    after.append((source, draft.integers[tensor]))
    return source


def _operands(
    made: _Making, operator: Operator, facts: Integer, inputs: list[int]
) -> StoredWeight | None:
    """The weight, which is put into ``inputs`` with its bias, if the operator has one."""
    if facts.weight is None:
        return None
    (activation,) = made.graph.activation_inputs(operator)
    scale = made.draft.affines[activation].scale
    tensor, bias = operator.inputs[facts.weight.operand], _bias(operator, facts)
    values, kind = made.values(tensor), BIAS_TYPES[made.plan.scheme.element_type]
    shape, runtime = made.graph.subgraph.tensors[tensor].shape, made.plan.scheme.target_runtime
    weight = made.store(made.graph, tensor, weight_axis(facts, shape, runtime))
    if bias is not None:
        weight = fitted(weight, values, made.values(bias), scale, kind)
    inputs[facts.weight.operand] = _symmetric(made, tensor, weight)
    if bias is not None and facts.bias is not None:
        offsets = store_bias(made.values(bias), weight.scale, scale, kind)
        inputs[facts.bias] = _symmetric(made, bias, offsets)
    return weight


def _bias(operator: Operator, facts: Integer) -> int | None:
    if facts.bias is None or facts.bias >= len(operator.inputs):
        return None
    index = operator.inputs[facts.bias]
    return None if index == OPTIONAL_TENSOR else index


def _symmetric(made: _Making, tensor: int, stored: StoredWeight) -> int:
    zero_point = np.zeros(len(stored.scale), np.int64)
    quantization = Quantization(stored.scale, zero_point, stored.encoding.axis or 0)
    return _placed(made, tensor, stored, quantization)


def _placed(made: _Making, tensor: int, stored: StoredWeight, quantization: Quantization) -> int:
    """The index of the tensor where it is stored so."""
    made.stored[made.graph.index, tensor] = stored
    in_place, kind = tensor in made.in_place, stored.encoding.type
    return made.draft.constant(
        tensor, kind, quantization, in_place, lambda: made.buffers.of(stored.buffer())
    )


def _version(
    operator: Operator,
    graph: Graph,
    facts: Integer,
    scheme: IntegerScheme,
    weight: StoredWeight | None,
) -> Version:
    if weight is None:
        return facts.versions[scheme.element_type]
    if facts.per_channel is not None and len(weight.scale) > 1:
        return facts.per_channel
    if facts.grouped is not None:
        given = graph.tensor(operator, 0)
        if given is not None and given.shape[-1:] != weight.values.shape[-1:]:
            return facts.grouped
    return facts.versions[scheme.element_type]


def _options(operator: Operator, facts: Integer, element_type: str) -> Table | None:
    extra = facts.options.get(element_type)
    if not extra:
        return operator.options
    fields = {} if operator.options is None else operator.options.fields
    return Table(OPTIONS[operator.name], {**fields, **extra})

"""Carries out a plan: a float model in, the quantized model out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.blockwise import Blockwise, scale_shape
from kernels.constant import constant, constant_bytes
from kernels.dequantizing import dequantize_version
from kernels.errors import ModelError
from kernels.int4 import int4_facts
from kernels.int8 import DEQUANTIZE, FLOAT, INT8, PASS_THROUGH, Version
from kernels.mapped_memory import release
from kernels.model import Model, Operator, Quantization, Subgraph, Table, Tensor
from kernels.tflite.schema import OPTIONS
from quant.balanced_rounding import balanced, balanced_weights, gains
from quant.clipping import MIN_MAX
from quant.decision import INTEGER
from quant.plan import Entry, Plan
from quant.prune import drop_unused_buffers
from quant.rounding import AUTO, BALANCED, NEAREST
from quant.runtime_version import require_runtime
from quant.spill import Spill
from quant.weights import Encoding, StoredWeight, store_weight

Weights = Mapping[int, StoredWeight]
"""Buffer of the float model -> what becomes of it."""
_COMPILED_FROM = 1 << 18
"""Weights of a model that are worth kernels, which have to be loaded."""


def apply_plan(model: Model, plan: Plan) -> Model:
    """The model with its weights as the plan says, ready to write.

    Everything else stays: signatures, names, metadata, tail, indices of tensors. New tensors
    come last, with short names: converters give weights names of hundreds of bytes. Raises
    WeightError for a NaN or Inf, ModelError if the plan is of another model.
    """
    return rewrite(model, plan, quantize_weights(model, plan))


def quantize_weights(
    model: Model,
    plan: Plan,
    spill: Spill | None = None,
    clipping: str = MIN_MAX,
    rounding: str = NEAREST,
) -> Weights:
    """The stored values and scales of every buffer that the plan changes, each once: values that
    are many in the spill, if there is one. Mapped weights need not fit in memory.

    Raises WeightError for a NaN or Inf, ModelError if the plan is of another model.
    """
    compiled = _size(plan) >= _COMPILED_FROM
    linear = balanced_weights(model) if rounding in (AUTO, BALANCED) else {}
    weights: dict[int, StoredWeight] = {}
    for entry in plan.constants:
        tensor = _planned_tensor(model, entry)
        if entry.encoding is not None and entry.is_weight and entry.buffer not in weights:
            values = constant(model, tensor)
            assert values is not None
            stored = store_weight(values, entry.encoding, entry.name, clipping, compiled)
            if entry.buffer in linear and (rounding == BALANCED or gains(entry.encoding)):
                stored = balanced(values, stored, linear[entry.buffer])
            weights[entry.buffer] = stored if spill is None else stored.kept(spill)
            release(model.buffers[entry.buffer])
    return weights


def _size(plan: Plan) -> int:
    """How many weights change."""
    changing = {e.buffer: e.shape for e in plan.constants if e.encoding is not None and e.is_weight}
    return sum(map(math.prod, changing.values()))


def _planned_tensor(model: Model, entry: Entry) -> Tensor:
    tensors = (
        model.subgraphs[entry.subgraph].tensors if entry.subgraph < len(model.subgraphs) else ()
    )
    tensor = tensors[entry.tensor] if entry.tensor < len(tensors) else None
    if tensor is None or (tensor.name, tensor.shape, tensor.buffer) != (
        entry.name,
        entry.shape,
        entry.buffer,
    ):
        raise ModelError(
            f"The plan is of another model: it has '{entry.name}' as tensor {entry.tensor} of "
            f"subgraph {entry.subgraph}, this model {'none' if tensor is None else tensor.name}.",
            "Plan the model that is quantized.",
        )
    return tensor


def rewrite(model: Model, plan: Plan, weights: Weights, spill: Spill | None = None) -> Model:
    """The model with the weights in place of its buffers and what that asks of operators; but for
    those of operators that compute with integers, which ``quant.integer`` rewrites."""
    changing = {entry.buffer for entry in plan.constants if entry.changes_alone}
    buffers = [
        _buffer(weights[b], spill) if b in changing else buffer
        for b, buffer in enumerate(model.buffers)
    ]
    rewritten = [
        _rewrite_subgraph(
            subgraph, [e for e in plan.constants if e.subgraph == s], weights, buffers
        )
        for s, subgraph in enumerate(model.subgraphs)
    ]
    changed = replace(
        model, subgraphs=tuple(subgraph for subgraph, _ in rewritten), buffers=tuple(buffers)
    )
    releases = [version.runtime for _, versions in rewritten for version in versions]
    return drop_unused_buffers(require_runtime(changed, releases))


def _buffer(weight: StoredWeight, spill: Spill | None) -> bytes | memoryview:
    return weight.buffer() if spill is None else spill.keep(weight.buffer())


@dataclass
class _Draft:
    """A subgraph in the making: tensors and buffers are appended, operators put in order."""

    tensors: list[Tensor]
    buffers: list[bytes | memoryview]
    operators: list[Operator] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    dequantized: dict[int, int] = field(default_factory=dict)
    """Weight tensor -> the float tensor that a DEQUANTIZE makes of it."""

    def add_tensor(self, tensor: Tensor) -> int:
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def add_constant(self, name: str, type_name: str, values: NDArray[Any]) -> int:
        self.buffers.append(constant_bytes(values, type_name))
        return self.add_tensor(Tensor(name, type_name, values.shape, len(self.buffers) - 1))

    def add_dequantize(self, source: int, output: int) -> None:
        tensor = self.tensors[source]
        scales = 0 if tensor.quantization is None else len(tensor.quantization.scale)
        version = dequantize_version(tensor.type, scales)
        self.versions.append(version)
        options = Table(OPTIONS["DEQUANTIZE"])
        self.operators.append(
            Operator("DEQUANTIZE", (source,), (output,), options, version=version.number)
        )


def _rewrite_subgraph(
    subgraph: Subgraph, entries: list[Entry], weights: Weights, buffers: list[bytes | memoryview]
) -> tuple[Subgraph, list[Version]]:
    draft = _Draft(list(subgraph.tensors), buffers)
    deliveries: dict[int, dict[int, str]] = {}
    for entry in entries:
        if entry.encoding is not None and entry.changes_alone:
            weight = weights[entry.buffer]
            draft.tensors[entry.tensor] = _stored_tensor(draft, entry, entry.encoding, weight)
        for consumer in entry.consumers:
            if consumer.delivery not in (FLOAT, INTEGER):
                deliveries.setdefault(consumer.operator, {})[consumer.operand] = consumer.delivery
    for o, operator in enumerate(subgraph.operators):
        _rewrite_operator(draft, operator, deliveries.get(o, {}))
    changed = replace(subgraph, tensors=tuple(draft.tensors), operators=tuple(draft.operators))
    return changed, draft.versions


def _stored_tensor(draft: _Draft, entry: Entry, encoding: Encoding, weight: StoredWeight) -> Tensor:
    """The tensor of a constant as it is stored now."""
    tensor = replace(draft.tensors[entry.tensor], type=encoding.type)
    if not encoding.is_integer:
        return tensor
    if encoding.block_size:
        return replace(tensor, quantization=_blocks(draft, entry, encoding, weight))
    zero_point = np.zeros(len(weight.scale), np.int64)
    return replace(tensor, quantization=Quantization(weight.scale, zero_point, encoding.axis or 0))


def _blocks(draft: _Draft, entry: Entry, encoding: Encoding, weight: StoredWeight) -> Quantization:
    """Blockwise: the scales are a tensor of their own."""
    shape = scale_shape(entry.shape, encoding.block_size)
    scales = weight.scale.reshape(shape).astype(np.float16)
    index = draft.add_constant(f"scales_{entry.tensor}", "FLOAT16", scales)
    return Quantization(
        np.empty(0, np.float32),
        np.empty(0, np.int64),
        details=Blockwise(index, encoding.block_size).table(),
    )


def _rewrite_operator(draft: _Draft, operator: Operator, deliveries: Mapping[int, str]) -> None:
    """The operator with its weights delivered as planned: operand -> how."""
    for operand, how in deliveries.items():
        if how == DEQUANTIZE:
            operator = _fed(draft, operator, operand)
        else:
            operator = _reading_integers(draft, operator, operand)
    moved = [operand for operand, how in deliveries.items() if how == PASS_THROUGH]
    if moved:
        _add_pass_through(draft, operator, operator.inputs[moved[0]])
    else:
        draft.operators.append(operator)


def _fed(draft: _Draft, operator: Operator, operand: int) -> Operator:
    """The operator reading the float tensor that one DEQUANTIZE makes of the weight."""
    weight = operator.inputs[operand]
    if weight not in draft.dequantized:
        made = replace(
            draft.tensors[weight],
            name=f"dequantized_{weight}",
            type="FLOAT32",
            buffer=0,
            quantization=None,
        )
        draft.dequantized[weight] = draft.add_tensor(made)
        draft.add_dequantize(weight, draft.dequantized[weight])
    inputs = list(operator.inputs)
    inputs[operand] = draft.dequantized[weight]
    return replace(operator, inputs=tuple(inputs))


def _reading_integers(draft: _Draft, operator: Operator, operand: int) -> Operator:
    """The operator in the version, and with the options, of its form with such weights."""
    version = _version(draft, operator, operand)
    if version is not None:
        draft.versions.append(version)
        operator = replace(operator, version=max(operator.version, version.number))
    facts = INT8[operator.name]
    if facts.asymmetric:
        fields = {} if operator.options is None else operator.options.fields
        options = Table(OPTIONS[operator.name], {**fields, "asymmetric_quantize_inputs": True})
        operator = replace(operator, options=options)
    return operator


def _version(draft: _Draft, operator: Operator, operand: int) -> Version | None:
    facts = INT8[operator.name]
    weight = draft.tensors[operator.inputs[operand]]
    if weight.type == "INT4":
        return int4_facts(operator.name).version
    activation = draft.tensors[operator.inputs[0]]
    if facts.grouped is not None and activation.shape[-1:] != weight.shape[-1:]:
        return facts.grouped
    assert weight.quantization is not None
    return (facts.per_channel if len(weight.quantization.scale) > 1 else None) or facts.version


def _add_pass_through(draft: _Draft, operator: Operator, weight: int) -> None:
    """The operator with an int8 output, and a DEQUANTIZE that makes its float output of it."""
    (output,) = operator.outputs
    moved = replace(
        draft.tensors[output],
        name=f"int8_{output}",
        type="INT8",
        quantization=draft.tensors[weight].quantization,
    )
    source = draft.add_tensor(moved)
    draft.operators.append(replace(operator, outputs=(source,)))
    draft.add_dequantize(source, output)

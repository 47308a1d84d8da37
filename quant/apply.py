"""Carries out a plan: a float model in, the quantized model out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from kernels.constant import constant
from kernels.errors import ModelError
from kernels.int8 import (
    DEQUANTIZE,
    DEQUANTIZE_PER_CHANNEL_VERSION,
    DEQUANTIZE_VERSION,
    FLOAT,
    INT8,
    PASS_THROUGH,
    Int8,
    Version,
)
from kernels.model import Model, Operator, Quantization, Subgraph, Table, Tensor
from kernels.tflite.schema import OPTIONS
from quant.plan import Entry, Plan
from quant.prune import drop_unused_buffers
from quant.runtime_version import require_runtime
from quant.weights import QuantizedWeight, quantize_weight

Weights = Mapping[int, QuantizedWeight]
"""Buffer of the float model -> what becomes of it."""


def apply_plan(model: Model, plan: Plan) -> Model:
    """The model with int8 weights as the plan says, ready to write.

    Everything else stays: signatures, names, metadata, tail, indices of tensors. New tensors
    come last, with short names: converters give weights names of hundreds of bytes. Raises
    WeightError for a NaN or Inf, ModelError if the plan is of another model.
    """
    return rewrite(model, plan, quantize_weights(model, plan))


def quantize_weights(model: Model, plan: Plan) -> Weights:
    """The int8 values and scales of every buffer that the plan quantizes, each once.

    Raises WeightError for a NaN or Inf, ModelError if the plan is of another model.
    """
    weights: dict[int, QuantizedWeight] = {}
    for entry in plan.constants:
        tensor = _planned_tensor(model, entry)
        if entry.is_quantized and entry.buffer not in weights:
            values = constant(model, tensor)
            assert values is not None
            weights[entry.buffer] = quantize_weight(values, entry.axis, entry.name)
    return weights


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


def rewrite(model: Model, plan: Plan, weights: Weights) -> Model:
    """The model with the weights in place of its buffers and what that asks of operators."""
    rewritten = [
        _rewrite_subgraph(subgraph, [e for e in plan.constants if e.subgraph == s], weights)
        for s, subgraph in enumerate(model.subgraphs)
    ]
    buffers = [
        weights[b].values.tobytes() if b in weights else buffer
        for b, buffer in enumerate(model.buffers)
    ]
    changed = replace(
        model, subgraphs=tuple(subgraph for subgraph, _ in rewritten), buffers=tuple(buffers)
    )
    releases = [version.runtime for _, versions in rewritten for version in versions]
    return drop_unused_buffers(require_runtime(changed, releases))


@dataclass
class _Draft:
    """A subgraph in the making: tensors are appended, operators put in order."""

    tensors: list[Tensor]
    operators: list[Operator]
    versions: list[Version]
    dequantized: dict[int, int]
    """Weight tensor -> the float tensor that a DEQUANTIZE makes of it."""

    def add_tensor(self, tensor: Tensor) -> int:
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def add_dequantize(self, source: int, output: int) -> None:
        quantization = self.tensors[source].quantization
        per_channel = quantization is not None and len(quantization.scale) > 1
        version = DEQUANTIZE_PER_CHANNEL_VERSION if per_channel else DEQUANTIZE_VERSION
        self.versions.append(version)
        options = Table(OPTIONS["DEQUANTIZE"])
        self.operators.append(
            Operator("DEQUANTIZE", (source,), (output,), options, version=version.number)
        )


def _rewrite_subgraph(
    subgraph: Subgraph, entries: list[Entry], weights: Weights
) -> tuple[Subgraph, list[Version]]:
    draft = _Draft(list(subgraph.tensors), [], [], {})
    deliveries: dict[int, dict[int, str]] = {}
    for entry in entries:
        if entry.is_quantized:
            draft.tensors[entry.tensor] = _int8_tensor(draft.tensors[entry.tensor], entry, weights)
        for consumer in entry.consumers:
            if consumer.delivery != FLOAT:
                deliveries.setdefault(consumer.operator, {})[consumer.operand] = consumer.delivery
    for o, operator in enumerate(subgraph.operators):
        _rewrite_operator(draft, operator, deliveries.get(o, {}))
    changed = replace(subgraph, tensors=tuple(draft.tensors), operators=tuple(draft.operators))
    return changed, draft.versions


def _int8_tensor(tensor: Tensor, entry: Entry, weights: Weights) -> Tensor:
    scale = weights[entry.buffer].scale
    zero_point = np.zeros(len(scale), np.int64)
    return replace(
        tensor, type="INT8", quantization=Quantization(scale, zero_point, entry.axis or 0)
    )


def _rewrite_operator(draft: _Draft, operator: Operator, deliveries: Mapping[int, str]) -> None:
    """The operator with its int8 weights delivered as planned: operand -> how."""
    for operand, how in deliveries.items():
        if how == DEQUANTIZE:
            operator = _fed(draft, operator, operand)
        else:
            operator = _reading_int8(draft, operator, operand)
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


def _reading_int8(draft: _Draft, operator: Operator, operand: int) -> Operator:
    """The operator in the version, and with the options, of its form with int8 weights."""
    facts = INT8[operator.name]
    version = _version(draft, operator, facts, operand)
    if version is not None:
        draft.versions.append(version)
        operator = replace(operator, version=max(operator.version, version.number))
    if facts.asymmetric:
        fields = {} if operator.options is None else operator.options.fields
        options = Table(OPTIONS[operator.name], {**fields, "asymmetric_quantize_inputs": True})
        operator = replace(operator, options=options)
    return operator


def _version(draft: _Draft, operator: Operator, facts: Int8, operand: int) -> Version | None:
    weight = draft.tensors[operator.inputs[operand]]
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

"""SVDF of integers: int8 inputs and features, int16 or int8 memory and weights in time.

x: (B, n) int8; feature weights: (F, n) int8; time weights: (F, memory); bias: (units,) int32
or absent; state: (B, F * memory), updated in place, of the type of the time weights; output:
(B, units) int8, units = F / rank. It comes with RELU, which the output's range stands for.

LiteRT takes memories of int8 for int16 and reads beyond them; the values here are those of
TFLite Micro. Sources: ``EvalIntegerSVDF`` of tflite/kernels/internal/reference/svdf.h,
``EvalIntegerSvdfReference`` of tensorflow/lite/micro/kernels/svdf_common.cc.
"""

from __future__ import annotations

import numpy as np

from kernels.activation import RELU
from kernels.element_types import require_type
from kernels.errors import ModelError, UnsupportedOperatorError
from kernels.integer_matmul import exact_sums
from kernels.node import Array, Node, Run
from kernels.per_tensor import PerTensor
from kernels.requantization import Multiplier, multiply_by_quantized_multiplier
from kernels.weight import packed

INPUT, FEATURE_WEIGHTS, TIME_WEIGHTS, BIAS, STATE = range(5)
"""Operand numbers."""

MEMORY_TYPES = ("INT16", "INT8")


def prepare(node: Node) -> Run:
    """Returns the kernel. Raises UnsupportedOperatorError for other types."""
    _require_types(node)
    if node.options.fused_activation_function != RELU:
        raise UnsupportedOperatorError(
            f"Its activation is {node.options.fused_activation_function}; integers take RELU.",
            "Convert the model again.",
        )
    x_scheme, features_scheme, times_scheme, state_scheme = (
        PerTensor.of(node.operand(position).tensor)
        for position in (INPUT, FEATURE_WEIGHTS, TIME_WEIGHTS, STATE)
    )
    out = PerTensor.of(node.outputs[0].tensor)
    rank = _rank(node)
    to_state = _multiplier(x_scheme, features_scheme, state_scheme)
    to_output = _multiplier(state_scheme, times_scheme, out)
    matrix = packed(node.operand(FEATURE_WEIGHTS), lambda w: np.ascontiguousarray(w.T, np.float32))

    def run(
        x: Array, feature_weights: Array, time_weights: Array, bias: Array | None, state: Array
    ) -> tuple[Array, ...]:
        memory = state.reshape(len(x), *time_weights.shape)
        memory[..., :-1] = memory[..., 1:]
        sums = exact_sums(x_scheme.centred(x).astype(np.float32), matrix(feature_weights))
        features = multiply_by_quantized_multiplier(sums.astype(np.int64), to_state)
        memory[..., -1] = state_scheme.stored(features)
        filters = (state_scheme.centred(memory) * time_weights).sum(axis=2)
        total = filters.reshape(len(x), -1, rank).sum(axis=2) + (0 if bias is None else bias)
        wrapped = total.astype(np.int32)
        return (out.stored(multiply_by_quantized_multiplier(wrapped, to_output)),)

    return run


def _require_types(node: Node) -> None:
    for position in (INPUT, FEATURE_WEIGHTS):
        require_type(node, ("INT8",), position)
    memory_type = require_type(node, MEMORY_TYPES, TIME_WEIGHTS)
    require_type(node, (memory_type,), STATE)
    if node.optional(BIAS) is not None:
        require_type(node, ("INT32",), BIAS)


def _rank(node: Node) -> int:
    rank: int = node.options.rank
    filters = node.operand(FEATURE_WEIGHTS).tensor.shape[0]
    if rank < 1 or filters % rank:
        raise ModelError(
            f"Its rank {rank} does not divide its {filters} filters.", "The file may be damaged."
        )
    return rank


def _multiplier(left: PerTensor, right: PerTensor, out: PerTensor) -> Multiplier:
    """From products of two schemes to steps of a third, in float32 as in LiteRT 2.3.0."""
    return Multiplier.of(left.scale * right.scale / out.scale)

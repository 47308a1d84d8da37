"""SVDF: a fully connected layer over time, factored into features and their weights in time.

Float and hybrid; ``kernels.ops.integer_svdf`` has the arithmetic of integers.

x: (B, n); feature weights: (F, n); time weights: (F, memory); bias: (units,) or absent;
state: (B, F * memory), updated in place; output: (B, units), units = F / rank.
Source: tflite/kernels/internal/reference/svdf.h.
"""

from __future__ import annotations

import numpy as np

from kernels.activation import fused_activation
from kernels.float_matmul import LANES
from kernels.node import Array, Node, Run
from kernels.ops import integer_svdf
from kernels.weight import accumulate, activation_rows, float_weight, is_hybrid, weight_matrix

FEATURE_WEIGHTS, TIME_WEIGHTS = 1, 2
"""Operand numbers."""


def prepare(node: Node) -> Run:
    """Returns the kernel. Raises UnsupportedOperatorError for types that it does not take,
    int8 features with float time weights, which TFLite misreads, among them."""
    if node.operand(0).tensor.type == "INT8":
        return integer_svdf.prepare(node)
    hybrid = is_hybrid(node, weights=(FEATURE_WEIGHTS, TIME_WEIGHTS))
    rows = activation_rows(hybrid, node.options.asymmetric_quantize_inputs)
    features = weight_matrix(node.operand(FEATURE_WEIGHTS))
    times = float_weight(node.operand(TIME_WEIGHTS))
    activation = fused_activation(node.options.fused_activation_function)

    def run(
        x: Array, feature_weights: Array, time_weights: Array, bias: Array | None, state: Array
    ) -> tuple[Array, ...]:
        weights = times(time_weights)
        memory = state.reshape(len(x), *weights.shape)
        memory[..., :-1] = memory[..., 1:]
        memory[..., -1] = accumulate(0, rows(x), features(feature_weights))
        filters = _lane_sum(memory * weights)
        output = _lane_sum(filters.reshape(len(x), len(weights) // node.options.rank, -1))
        return (activation(output if bias is None else output + bias),)

    return run


def _lane_sum(x: Array) -> Array:
    """Sums the last dimension in the order of ``NeonVectorVectorDotProduct`` and
    ``NeonReductionSumVector``: LANES interleaved sums, their sum, what is left over."""
    whole = x.shape[-1] // LANES * LANES
    lanes = np.zeros((*x.shape[:-1], LANES), np.float32)
    for start in range(0, whole, LANES):
        lanes += x[..., start : start + LANES]
    total = np.zeros(x.shape[:-1], np.float32)
    for term in (*np.moveaxis(lanes, -1, 0), *np.moveaxis(x[..., whole:], -1, 0)):
        total += term
    return total

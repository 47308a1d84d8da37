"""BATCH_MATMUL, float and hybrid (a constant int8 right-hand side).

lhs: (..., m, k), stored (..., k, m) if ``adj_x``; rhs: (..., k, n), stored (..., n, k) if
``adj_y``; output (..., m, n). The leading dimensions broadcast.

LiteRT's own hybrid kernel mixes up batches from rank 4 on; the values here are right.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kernels import activation_quantization, xnnpack
from kernels.activation import NONE
from kernels.activation_quantization import QuantizedRows
from kernels.integer_matmul import integer_matmul
from kernels.node import Array, Node, Run
from kernels.weight import is_hybrid, packed, weight_scale


def prepare(node: Node) -> Run:
    """Returns the kernel. Raises UnsupportedOperatorError for types that it does not take."""
    hybrid = is_hybrid(node, weights=(1,))
    adj_x, adj_y = node.options.adj_x, node.options.adj_y
    right = packed(node.operand(1), lambda value: _matrices(value, adj_y))
    product = _hybrid(node) if hybrid else np.matmul

    def run(lhs: Array, rhs: Array) -> tuple[Array, ...]:
        return (product(_matrices(lhs, adj_x), right(rhs)),)

    return run


def _matrices(value: Array, adjoint: bool) -> Array:
    value = value.astype(np.float32, copy=False)
    return value.swapaxes(-1, -2) if adjoint else value


def _hybrid(node: Node) -> Callable[[Array, Array], Array]:
    scale = weight_scale(node.operand(1).tensor)
    if xnnpack.takes(node, 1, NONE):
        return lambda left, right: _xnnpack(left, right, scale)
    quantize = activation_quantization.tflite(node.options.asymmetric_quantize_inputs)
    return lambda left, right: _reference(quantize(left), right, scale)


def _xnnpack(left: Array, right: Array, scale: Array) -> Array:
    rows = activation_quantization.xnnpack(left)
    return xnnpack.dequantize(integer_matmul(rows.values, right), rows.scale, scale, 0)


def _reference(rows: QuantizedRows, right: Array, scale: Array) -> Array:
    """Sums with the zero point in, then takes it out in float32, as
    tflite/kernels/internal/reference/batch_matmul.h does: large sums are rounded."""
    codes = rows.values + rows.zero_point
    sums = right.sum(axis=-2, keepdims=True, dtype=np.float64).astype(np.float32)
    accumulators = integer_matmul(codes, right) - sums * rows.zero_point
    output: Array = (rows.scale * scale) * accumulators
    return output

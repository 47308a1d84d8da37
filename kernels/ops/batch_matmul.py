"""BATCH_MATMUL: float, hybrid (a constant int8 right-hand side) and full-integer.

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
from kernels.affine import stored_zero
from kernels.float_matmul import runtime_matmul
from kernels.full_integer import Facts, FullInteger, away, has_integer_activations
from kernels.integer_matmul import integer_matmul, wide_matmul
from kernels.node import XNNPACK, Array, Node, Run
from kernels.weight import is_hybrid, packed, weight_scale

LHS, RHS = range(2)
"""Operand numbers."""

FULL_INTEGER = Facts(
    LHS,
    RHS,
    bias=None,
    axis=None,
    reference=away,
    optimized=dict.fromkeys(("INT8", "INT16"), away),
    coarse=True,
    weight_zero_point=True,
    weight_types={"INT8": ("INT8",), "UINT8": (), "INT16": ("INT16", "INT8")},
)
"""How its full-integer kernels end."""

Product = Callable[[Array, Array], Array]


def prepare(node: Node) -> Run:
    """Returns the kernel. Raises UnsupportedOperatorError for types that it does not take."""
    if has_integer_activations(node):
        return _full_integer(node)
    hybrid = is_hybrid(node, weights=(RHS,))
    adj_x, adj_y = node.options.adj_x, node.options.adj_y
    right = packed(node.operand(RHS), lambda value: _matrices(value, adj_y))
    product = _hybrid(node) if hybrid else _float(node)

    def run(lhs: Array, rhs: Array) -> tuple[Array, ...]:
        return (product(_matrices(lhs, adj_x), right(rhs)),)

    return run


def _matrices(value: Array, adjoint: bool, dtype: type[np.floating] = np.float32) -> Array:
    """The matrices as they are multiplied, floats in C order."""
    return np.ascontiguousarray(value.swapaxes(-1, -2) if adjoint else value, dtype)


def _float(node: Node) -> Product:
    matmul = runtime_matmul(node.numerics)
    return lambda left, right: _each(left, right, lambda a, b: matmul(a, b, 0))


def _each(left: Array, right: Array, multiply: Product) -> Array:
    """``multiply`` of each pair of matrices (m, k) and (k, n), batches broadcast."""
    batch = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    left = np.broadcast_to(left, (*batch, *left.shape[-2:]))
    right = np.broadcast_to(right, (*batch, *right.shape[-2:]))
    output = np.empty((*batch, left.shape[-2], right.shape[-1]), left.dtype)
    for index in np.ndindex(*batch):
        output[index] = multiply(left[index], right[index])
    return output


def xnnpack_takes_integers(node: Node) -> bool:
    """Whether XNNPACK takes the node, which is full-integer: also with a right-hand side made at
    run time, but with none that has a zero point."""
    types = {node.operand(number).tensor.type for number in (LHS, RHS)}
    symmetric = stored_zero(node.operand(RHS).tensor) == 0
    return node.numerics == XNNPACK and types == {"INT8"} and symmetric


def _full_integer(node: Node) -> Run:
    adj_x, adj_y = node.options.adj_x, node.options.adj_y
    arithmetic = FullInteger.of(node, FULL_INTEGER, NONE, xnnpack_takes_integers(node))

    def right_of(value: Array) -> Array:
        return _matrices(arithmetic.weights(value), adj_y, np.float64)

    right = packed(node.operand(RHS), right_of)

    def run(lhs: Array, rhs: Array) -> tuple[Array, ...]:
        left = _matrices(arithmetic.activations(lhs), adj_x, np.float64)
        return (arithmetic.outputs(_each(left, right(rhs), wide_matmul), None),)

    return run


def _hybrid(node: Node) -> Product:
    scale = weight_scale(node.operand(RHS).tensor)
    if xnnpack.takes(node, RHS, NONE):
        return lambda left, right: _xnnpack(left, right, scale)
    quantize = activation_quantization.tflite(node.options.asymmetric_quantize_inputs)
    return lambda left, right: _reference(quantize(left), right, scale)


def _xnnpack(left: Array, right: Array, scale: Array) -> Array:
    rows = activation_quantization.xnnpack(left)
    return xnnpack.dequantize(_each(rows.values, right, integer_matmul), rows.scale, scale, 0)


def _reference(rows: QuantizedRows, right: Array, scale: Array) -> Array:
    """Sums with the zero point in, then takes it out in float32, as
    tflite/kernels/internal/reference/batch_matmul.h does: large sums are rounded."""
    codes = rows.values + rows.zero_point
    sums = right.sum(axis=-2, keepdims=True, dtype=np.float64).astype(np.float32)
    accumulators = _each(codes, right, integer_matmul) - sums * rows.zero_point
    output: Array = (rows.scale * scale) * accumulators
    return output

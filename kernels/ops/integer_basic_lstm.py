"""The BASIC kernel of LSTM in integers: a step in bytes, with int16 gates and cells.

x: (B, n) and h: (B, m) uint8, 128 standing for 0; weights: (4 * m, n + m) uint8; bias:
(4 * m,) int32; c: (B, m) int16 with 4 integer bits. Gates are in the order input, candidate,
forget, output, int16 with 3 integer bits.
Source: ``LstmCell`` of tflite/kernels/internal/reference/reference_ops.h, and what ruy makes
of its matrix product.
"""

from __future__ import annotations

import numpy as np

from kernels.element_types import require_type
from kernels.errors import UnsupportedOperatorError
from kernels.fixed_point import INT16
from kernels.integer_matmul import exact_sums
from kernels.node import Array, Node, Run
from kernels.per_tensor import PerTensor
from kernels.requantization import (
    Multiplier,
    multiply_by_quantized_multiplier_rounding_up,
    rounding_divide_by_pot,
    saturate,
)
from kernels.weight import packed

INPUT, HIDDEN, WEIGHTS, BIAS, CELL = range(5)
"""Operand numbers."""
TYPES = {INPUT: "UINT8", HIDDEN: "UINT8", WEIGHTS: "UINT8", BIAS: "INT32", CELL: "INT16"}

ZERO_POINT = 128
"""Of x and h, whatever their quantization says."""
GATE_INTEGER_BITS, CELL_INTEGER_BITS = 3, 4
GATE_ONE = 1 << INT16.bits - GATE_INTEGER_BITS
CELL_SCALE = np.float32(2.0 ** (CELL_INTEGER_BITS - INT16.bits))
BYTE_SHIFT = 8
"""From 15 bits of a fraction to 7."""


def prepare(node: Node) -> Run:
    """Returns the kernel. Raises UnsupportedOperatorError for other types, or a cell state of
    other than 4 integer bits."""
    for position, type_name in TYPES.items():
        require_type(node, (type_name,), position)
    if PerTensor.of(node.operand(CELL).tensor).scale != CELL_SCALE:
        raise UnsupportedOperatorError(
            f"The scale of its cell state is not {CELL_SCALE}.", "Convert the model again."
        )
    zero_point = PerTensor.of(node.operand(WEIGHTS).tensor).zero_point
    matrix = packed(
        node.operand(WEIGHTS), lambda w: np.ascontiguousarray(w.T.astype(np.float32) - zero_point)
    )
    quantization = node.operand(BIAS).tensor.quantization
    if quantization is None or len(quantization.scale) != 1:
        raise UnsupportedOperatorError("Its bias has no scale.", "Convert the model again.")
    multiplier = Multiplier.of(GATE_ONE * float(quantization.scale[0]))

    def run(x: Array, hidden: Array, weights: Array, bias: Array, cell: Array) -> tuple[Array, ...]:
        joined = np.concatenate([x, hidden], axis=1)
        sums = exact_sums(joined.astype(np.float32) - ZERO_POINT, matrix(weights))
        scaled = multiply_by_quantized_multiplier_rounding_up(
            sums.astype(np.int64) + bias, multiplier
        )
        gates = saturate(scaled, np.int16)
        exposed, new_cell = _step(gates.astype(np.int64), cell.astype(np.int64))
        return exposed, new_cell, joined, gates

    return run


def _step(gates: Array, cell: Array) -> tuple[Array, Array]:
    """From gates (B, 4 * m) and c (B, m) to h and c."""
    entry, candidate, forget, exposed = np.split(gates, 4, axis=1)
    added = INT16.times(_logistic(entry), INT16.tanh(candidate, GATE_INTEGER_BITS))
    kept = INT16.times(_logistic(forget), cell)
    new_cell = saturate(rounding_divide_by_pot(added, CELL_INTEGER_BITS) + kept, np.int16)
    narrowed = INT16.left_shift(new_cell.astype(np.int64), CELL_INTEGER_BITS - GATE_INTEGER_BITS)
    output = INT16.times(_logistic(exposed), INT16.tanh(narrowed, GATE_INTEGER_BITS))
    hidden = saturate(rounding_divide_by_pot(output, BYTE_SHIFT), np.int8)
    return (hidden.astype(np.int16) + ZERO_POINT).astype(np.uint8), new_cell


def _logistic(gate: Array) -> Array:
    return INT16.logistic(gate, GATE_INTEGER_BITS)

"""Products of quantized rows and blockwise int4 weights, in the arithmetic of each runtime.

The sum over a block is exact. Blocks are added in their order, in float32, each sum times the
scale of its block; what the zero point of a row adds is one number of the row times one of
the column, ``WeightBlocks.shift``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from kernels.activation_quantization import QuantizedRows
from kernels.errors import UnsupportedOperatorError
from kernels.integer_matmul import integer_matmul
from kernels.model import Blocks
from kernels.node import Array, Node, Operand
from kernels.weight import packed, require_matrix
from kernels.xnnpack import fused_multiply_add, takes

INTEGERS = "INT4"
"""The integers of blockwise weights: LiteRT multiplies by no others."""

XNNPACK_BLOCK = 32
"""XNNPACK takes blocks whose size is a multiple of it."""
XNNPACK_RUN = 16
"""Values that XNNPACK adds up as integers when it packs the shift of a column."""
XNNPACK_BIAS = 128
"""XNNPACK stores activations unsigned, where there are dot products of unsigned bytes."""


@dataclass(frozen=True)
class WeightBlocks:
    """A weight matrix (k, n) in blocks.

    values: (blocks, size, n) integers as float32; scale: (blocks, n) float32; shift: (n,)
    float32, what the column makes of a row of ones.
    """

    values: Array
    scale: Array
    shift: Array

    @property
    def depth(self) -> int:
        """k."""
        return int(self.values.shape[0] * self.values.shape[1])


Pack = Callable[[Array, Blocks], WeightBlocks]


def weight_blocks(operand: Operand, blocks: Blocks, pack: Pack) -> Callable[[Any], WeightBlocks]:
    """How to get the blocks of a weight stored as (n, k): ``weight.packed`` with ``pack``.

    Raises UnsupportedOperatorError unless the weight is INT4, ModelError unless it is a matrix.
    """
    require_matrix(operand.tensor)
    if operand.tensor.type != INTEGERS:
        raise UnsupportedOperatorError(
            f"Its weight '{operand.tensor.name}' is {operand.tensor.type} in blocks.",
            f"LiteRT multiplies by blocks of {INTEGERS} only: quantize per channel.",
        )
    return packed(operand, lambda codes: pack(codes, blocks))


def xnnpack_takes(node: Node, weight: int, bias: int, blocks: Blocks) -> bool:
    """Whether XNNPACK takes a FULLY_CONNECTED with such weights."""
    aligned = blocks.size % XNNPACK_BLOCK == 0
    return aligned and takes(node, weight, node.options.fused_activation_function, bias)


def pack_xnnpack(codes: Array, blocks: Blocks) -> WeightBlocks:
    """codes: (n, k). Equals ``xnn_pack_qs8_qb4w_gemm_goi_w`` (src/reference/packing.cc) after
    the scales were rounded to bfloat16."""
    scale = bfloat16(blocks.scale)
    return _packed(codes, blocks.size, scale, XNNPACK_RUN)


def xnnpack(rows: QuantizedRows, weight: WeightBlocks, bias: Array | float) -> Array:
    """(m, n) float32. Equals src/qd8-f32-qb4w-gemm with AVX-512 VNNI, which has an fma for each
    block and none at the end; AVX2 and ARM add in another order."""
    zero_point = rows.zero_point + np.float32(XNNPACK_BIAS)
    total: Array = -(zero_point * weight.shift)
    for sums, scale in _block_sums(rows.values + zero_point, weight):
        total = fused_multiply_add(sums, scale, total)
    product: Array = total * rows.scale + bias
    return product


def pack_tflite(codes: Array, blocks: Blocks) -> WeightBlocks:
    """codes: (n, k). What ``EvalBlockwise4Bit`` computes of weights alone."""
    return _packed(codes, blocks.size, blocks.scale, blocks.size)


def tflite(rows: QuantizedRows, weight: WeightBlocks, bias: Array | float) -> Array:
    """(m, n) float32. Equals ``EvalBlockwise4Bit`` (tflite/kernels/fully_connected.cc)."""
    total = np.zeros((len(rows.values), weight.scale.shape[1]), np.float32)
    for sums, scale in _block_sums(rows.values + rows.zero_point, weight):
        total += sums * scale
    total -= rows.zero_point * weight.shift
    product: Array = total * rows.scale + bias
    return product


def bfloat16(values: Array) -> Array:
    """float32 rounded to 8 bits of mantissa, ties to even; values are finite and positive."""
    bits = np.asarray(values, np.float32).view(np.uint32)
    half = np.uint32(0x7FFF) + (bits >> np.uint32(16) & np.uint32(1))
    rounded: Array = (bits + half & np.uint32(0xFFFF0000)).view(np.float32)
    return rounded


def _packed(codes: Array, size: int, scale: Array, run: int) -> WeightBlocks:
    """``shift`` adds the sum of every ``run`` values times their scale, one after the other."""
    values = np.asarray(codes, np.float32).T
    depth, columns = values.shape
    scale = np.ascontiguousarray(scale.T)
    shift = np.zeros(columns, np.float32)
    for start in range(0, depth, run):
        shift += values[start : start + run].sum(axis=0) * scale[start // size]
    blocks = np.ascontiguousarray(values).reshape(depth // size, size, columns)
    return WeightBlocks(blocks, scale, shift)


def _block_sums(codes: Array, weight: WeightBlocks) -> Any:
    """For each block the exact sums (m, n) of its products, and its scales (n,)."""
    size = weight.values.shape[1]
    for block, (values, scale) in enumerate(zip(weight.values, weight.scale, strict=True)):
        yield integer_matmul(codes[:, block * size : (block + 1) * size], values), scale

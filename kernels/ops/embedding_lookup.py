"""EMBEDDING_LOOKUP: rows of a table, (n, ...) float32 or integers, by ids (m,) int32.

output: (m, ...) of the table's type, or float32 or float16: then int8, int4 and int2 are
multiplied by the scale of the table, of the row, or of the block of values; blocks are those
of an int4 or int2 matrix.
LiteRT misreads int4 and int2 tables with rows that end within a byte: it takes each to begin
with one.

Source: ``tflite/kernels/embedding_lookup.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kernels.constant import DTYPES
from kernels.errors import InputError, UnsupportedOperatorError
from kernels.model import Blocks, Tensor
from kernels.node import Array, Node, Run
from kernels.weight import MATRIX_RANK, blocks_of, weight_scale

INTEGERS = ("INT8", "INT4", "INT2")
IN_BLOCKS = ("INT4", "INT2")
REAL = ("FLOAT32", "FLOAT16")

Dequantize = Callable[[Array, Array], Array]
"""Real numbers of rows and of the ids that they have."""


def prepare(node: Node) -> Run:
    """Returns the kernel, which moves values of any type unless the output is real.

    Raises ModelError if an integer table has no scale, or a zero point, and
    UnsupportedOperatorError if it has blocks and is no matrix of int4 or int2.
    """
    table, made = node.operand(1).tensor, node.outputs[0].tensor.type
    dequantizes = table.type in INTEGERS and made in REAL
    dequantize = _dequantize(table) if dequantizes else None

    def run(ids: Array, values: Array) -> tuple[Array, ...]:
        _check(ids, len(values))
        rows = values[ids]
        return (rows if dequantize is None else dequantize(rows, ids).astype(DTYPES[made]),)

    return run


def _dequantize(table: Tensor) -> Dequantize:
    blocks = blocks_of(table)
    if blocks is not None:
        return _dequantize_blocks(table, blocks)
    scale = weight_scale(table)

    def dequantize(rows: Array, ids: Array) -> Array:
        factors = scale if len(scale) == 1 else scale[ids]
        return rows * factors.reshape(-1, *[1] * (rows.ndim - 1)).astype(np.float32)

    return dequantize


def _dequantize_blocks(table: Tensor, blocks: Blocks) -> Dequantize:
    if table.type not in IN_BLOCKS or len(table.shape) != MATRIX_RANK:
        raise UnsupportedOperatorError(
            f"Its table '{table.name}' is {table.type} of shape {table.shape} in blocks.",
            f"It takes blocks of a matrix of {' or '.join(IN_BLOCKS)}.",
        )

    def dequantize(rows: Array, ids: Array) -> Array:
        inside = rows.reshape(len(ids), blocks.scale.shape[1], blocks.size)
        return (inside * blocks.scale[ids][..., None]).reshape(rows.shape)

    return dequantize


def _check(ids: Array, rows: int) -> None:
    outside = ids[(ids < 0) | (ids >= rows)]
    if outside.size:
        raise InputError(
            f"The id {outside[0]} is outside of the table of {rows} rows.",
            f"Feed ids from 0 to {rows - 1}.",
        )

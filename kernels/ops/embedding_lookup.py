"""EMBEDDING_LOOKUP: rows of a table, (n, ...) float32, int8 or int4, by ids (m,) int32.

output: (m, ...) float32; integers are multiplied by the scale of the table or of the row.
LiteRT misreads int4 tables with rows of odd length: it takes each to begin with a byte.
"""

from __future__ import annotations

import numpy as np

from kernels.errors import InputError
from kernels.node import Array, Node, Run
from kernels.weight import weight_scale

INTEGERS = ("INT8", "INT4")


def prepare(node: Node) -> Run:
    """Returns the kernel, which moves values of any type unless the output is FLOAT32.

    Raises ModelError if an integer table has no scale, or a zero point.
    """
    table = node.operand(1).tensor
    dequantizes = table.type in INTEGERS and node.outputs[0].tensor.type == "FLOAT32"
    scale = weight_scale(table) if dequantizes else None

    def run(ids: Array, values: Array) -> tuple[Array, ...]:
        _check(ids, len(values))
        rows = values[ids]
        if scale is None:
            return (rows,)
        factors = scale if len(scale) == 1 else scale[ids]
        return (rows * factors.reshape(-1, *[1] * (rows.ndim - 1)).astype(np.float32),)

    return run


def _check(ids: Array, rows: int) -> None:
    outside = ids[(ids < 0) | (ids >= rows)]
    if outside.size:
        raise InputError(
            f"The id {outside[0]} is outside of the table of {rows} rows.",
            f"Feed ids from 0 to {rows - 1}.",
        )

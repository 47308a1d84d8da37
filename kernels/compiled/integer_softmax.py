"""SOFTMAX of rows of quantized bytes, in float32 as TFLite's fast kernel. A chunk is a row."""

from __future__ import annotations

from typing import Any

import numpy as np

from kernels.field_types import FLOATS, INDEX, NUMBER, UINT8S, Array
from kernels.jit import kernel

f32: Any = np.float32
HALF, ONE = f32(0.5), f32(1)
MOST = 255


@kernel(UINT8S, UINT8S, FLOATS, INDEX, INDEX, NUMBER, INDEX)
def rows(
    x: Array,
    y: Array,
    table: Array,
    columns: int,
    flip: int,
    scale: Any,
    zero: int,
    begin: int,
    end: int,
) -> None:
    """Bytes with a sign become others of the same order when the bits of ``flip`` are flipped.
    ``table``: (256,) exponentials of 0, -1, ... steps of x; ``scale``, ``zero``: of the result."""
    for row in range(begin, end):
        start = row * columns
        largest = 0
        for i in range(start, start + columns):
            largest = max(largest, x[i] ^ flip)
        total = f32(0)
        for i in range(start, start + columns):
            total += table[largest - (x[i] ^ flip)]
        factor = ONE / (total * scale)
        for i in range(start, start + columns):
            code: Any = np.int64(np.floor(table[largest - (x[i] ^ flip)] * factor + HALF)) + zero
            y[i] = min(max(code, 0), MOST) ^ flip

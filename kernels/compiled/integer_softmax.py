"""SOFTMAX of rows of quantized bytes, in float32 as TFLite's fast kernel. A chunk is a row."""

from __future__ import annotations

from typing import Any

import numpy as np

from kernels.field_types import FLOATS, INDEX, INT8S, NUMBER, UINT8S, Array, FieldType
from kernels.jit import Source, kernel

f32: Any = np.float32
HALF, ONE = f32(0.5), f32(1)


def _rows(codes: FieldType) -> Source:
    """``table``: (256,) exponentials of 0, -1, ... steps of x; ``scale``, ``zero``: of the
    result."""

    @kernel(codes, codes, FLOATS, INDEX, NUMBER, INDEX, INDEX, INDEX)
    def rows(
        x: Array,
        y: Array,
        table: Array,
        columns: int,
        scale: Any,
        zero: int,
        low: int,
        high: int,
        begin: int,
        end: int,
    ) -> None:
        for row in range(begin, end):
            start = row * columns
            largest = np.int64(low)
            for i in range(start, start + columns):
                largest = max(largest, np.int64(x[i]))
            total = f32(0)
            for i in range(start, start + columns):
                total += table[largest - x[i]]
            factor = ONE / (total * scale)
            for i in range(start, start + columns):
                steps = np.int64(np.floor(table[largest - x[i]] * factor + HALF))
                y[i] = min(max(steps + zero, low), high)

    return rows


rows_int8, rows_uint8 = _rows(INT8S), _rows(UINT8S)

"""Sums of products in the order and rounding of LiteRT's kernels, compiled.

Everything is float32 and in C order. ``output`` comes with what the sums start from.
"""

from __future__ import annotations

from kernels.jit import FLAG, INPUT, NUMBER, OUTPUT, fma, jit
from kernels.node import Array

BLOCK = 64
"""Rows of ``right`` that a pass goes through, so that they stay in the cache."""
UNROLL = 4
"""Products added per visit of an element, which the loops spell out."""


@jit(INPUT[2], INPUT[2], OUTPUT[2])
def add_fused(left: Array, right: Array, output: Array) -> None:
    """Matrices: ``output = fma(left[:, p], right[p], output)`` for p = 0, 1, ... k - 1.

    left: (m, k); right: (k, n); output: (m, n).
    """
    rows, depth = left.shape
    columns = right.shape[1]
    for start in range(0, depth, BLOCK):
        stop = min(start + BLOCK, depth)
        whole = stop - (stop - start) % UNROLL
        for row in range(rows):
            out = output[row]
            for p in range(start, whole, UNROLL):
                a0, a1, a2, a3 = left[row, p], left[row, p + 1], left[row, p + 2], left[row, p + 3]
                b0, b1, b2, b3 = right[p], right[p + 1], right[p + 2], right[p + 3]
                for i in range(columns):
                    out[i] = fma(a3, b3[i], fma(a2, b2[i], fma(a1, b1[i], fma(a0, b0[i], out[i]))))
            for p in range(whole, stop):
                for i in range(columns):
                    out[i] = fma(left[row, p], right[p, i], out[i])


@jit(INPUT[2], INPUT[2], OUTPUT[2])
def add_rounded(left: Array, right: Array, output: Array) -> None:
    """Matrices: ``output = output + left[:, p] * right[p]``, products rounded, p in order.

    left: (m, k); right: (k, n); output: (m, n).
    """
    rows, depth = left.shape
    columns = right.shape[1]
    for start in range(0, depth, BLOCK):
        stop = min(start + BLOCK, depth)
        whole = stop - (stop - start) % UNROLL
        for row in range(rows):
            out = output[row]
            for p in range(start, whole, UNROLL):
                a0, a1, a2, a3 = left[row, p], left[row, p + 1], left[row, p + 2], left[row, p + 3]
                b0, b1, b2, b3 = right[p], right[p + 1], right[p + 2], right[p + 3]
                for i in range(columns):
                    out[i] = (((out[i] + a0 * b0[i]) + a1 * b1[i]) + a2 * b2[i]) + a3 * b3[i]
            for p in range(whole, stop):
                for i in range(columns):
                    out[i] += left[row, p] * right[p, i]


@jit(INPUT[4], INPUT[3], NUMBER, NUMBER, NUMBER, NUMBER, FLAG, OUTPUT[4])
def add_fused_taps(
    images: Array,
    filters: Array,
    stride_rows: int,
    stride_columns: int,
    dilation_rows: int,
    dilation_columns: int,
    columns_first: bool,
    output: Array,
) -> None:
    """Depthwise convolution: ``output = fma(tap's pixels, tap, output)``, tap by tap.

    images: (N, H, W, C), padded; filters: (KH, KW, C); output: (N, OH, OW, C). Taps come row
    by row, or column by column.
    """
    height, width, channels = filters.shape
    for n in range(output.shape[0]):
        for row in range(output.shape[1]):
            for column in range(output.shape[2]):
                out = output[n, row, column]
                for tap in range(height * width):
                    i = tap % height if columns_first else tap // width
                    j = tap // height if columns_first else tap % width
                    pixel = images[
                        n,
                        row * stride_rows + i * dilation_rows,
                        column * stride_columns + j * dilation_columns,
                    ]
                    weight = filters[i, j]
                    for channel in range(channels):
                        out[channel] = fma(pixel[channel], weight[channel], out[channel])

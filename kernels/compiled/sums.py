"""Sums of products in the order and rounding of LiteRT's kernels.

Everything is float32 and in C order. ``output`` comes with what the sums start from.
"""

from __future__ import annotations

from kernels.field_types import FLOATS, INDEX, Array
from kernels.jit import fma, kernel

BLOCK = 64
"""Rows of ``right`` that a pass goes through, so that they stay in the cache."""


@kernel(FLOATS, FLOATS, FLOATS, INDEX, INDEX)
def add_fused(
    left: Array, right: Array, output: Array, depth: int, columns: int, begin: int, end: int
) -> None:
    """Rows of matrices: ``output = fma(left[:, p], right[p], output)`` for p = 0, 1, ... k - 1.

    left: (m, k); right: (k, n); output: (m, n).
    """
    for start in range(0, depth, BLOCK):
        stop = min(start + BLOCK, depth)
        for row in range(begin, end):
            out, p = row * columns, start
            while p + 4 <= stop:
                at, b = row * depth + p, p * columns
                a0, a1, a2, a3 = left[at], left[at + 1], left[at + 2], left[at + 3]
                for i in range(columns):
                    s = fma(a0, right[b + i], output[out + i])
                    s = fma(a1, right[b + columns + i], s)
                    s = fma(a2, right[b + 2 * columns + i], s)
                    output[out + i] = fma(a3, right[b + 3 * columns + i], s)
                p += 4
            while p < stop:
                for i in range(columns):
                    output[out + i] = fma(
                        left[row * depth + p], right[p * columns + i], output[out + i]
                    )
                p += 1


@kernel(FLOATS, FLOATS, FLOATS, INDEX, INDEX)
def add_rounded(
    left: Array, right: Array, output: Array, depth: int, columns: int, begin: int, end: int
) -> None:
    """Rows of matrices: ``output = output + left[:, p] * right[p]``, products rounded, p in order.

    left: (m, k); right: (k, n); output: (m, n).
    """
    for start in range(0, depth, BLOCK):
        stop = min(start + BLOCK, depth)
        for row in range(begin, end):
            out, p = row * columns, start
            while p + 4 <= stop:
                at, b = row * depth + p, p * columns
                a0, a1, a2, a3 = left[at], left[at + 1], left[at + 2], left[at + 3]
                for i in range(columns):
                    s = output[out + i] + a0 * right[b + i]
                    s += a1 * right[b + columns + i]
                    s += a2 * right[b + 2 * columns + i]
                    output[out + i] = s + a3 * right[b + 3 * columns + i]
                p += 4
            while p < stop:
                for i in range(columns):
                    output[out + i] += left[row * depth + p] * right[p * columns + i]
                p += 1


@kernel(FLOATS, FLOATS, FLOATS, *[INDEX] * 12)
def add_fused_taps(
    images: Array,
    filters: Array,
    output: Array,
    image_rows: int,
    image_columns: int,
    channels: int,
    height: int,
    width: int,
    rows: int,
    columns: int,
    stride_rows: int,
    stride_columns: int,
    dilation_rows: int,
    dilation_columns: int,
    columns_first: int,
    begin: int,
    end: int,
) -> None:
    """Depthwise convolution: ``output = fma(tap's pixels, tap, output)``, tap by tap.

    images: (N, H, W, C), padded; filters: (KH, KW, C); output: (N, OH, OW, C), of whose N * OH
    rows it makes some. Taps come row by row, or column by column.
    """
    for line in range(begin, end):
        image, row = line // rows, line % rows
        for column in range(columns):
            out = (line * columns + column) * channels
            for tap in range(height * width):
                i = tap % height if columns_first else tap // width
                j = tap // height if columns_first else tap % width
                y = image * image_rows + row * stride_rows + i * dilation_rows
                pixel = (
                    y * image_columns + column * stride_columns + j * dilation_columns
                ) * channels
                weight = (i * width + j) * channels
                for channel in range(channels):
                    output[out + channel] = fma(
                        images[pixel + channel], filters[weight + channel], output[out + channel]
                    )

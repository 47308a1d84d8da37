"""The plain versions of the kernels over windows: for every processor, and what the
others must equal.

A chunk is a row of an image's output; histories are single codes, without their zero point. See
``depthwise``, ``depthwise_ends`` and ``listed_pooling`` for the fields.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from kernels.field_types import FLOATS, INDEX, INT8S, INT32S, NUMBER, Array
from kernels.isa import INSTRUCTION_SETS
from kernels.jit import fma, inline, kernel

ISA = INSTRUCTION_SETS["generic"]

f32: Any = np.float32
i32: Any = np.int32
i8: Any = np.int8

ZERO, ONE, HALF, QMIN, QMAX = f32(0), f32(1), f32(0.5), f32(-128), f32(127)
VECTOR_CHANNELS, TILE = 4, 9
SHAPE, WINDOW, FILTER = (INDEX,) * 12, (INDEX,) * 12, (INDEX,) * 6


@inline
def clamp(x: float, low: float, high: float) -> float:
    """x between the bounds; NaN stays, and of equals it is the bound."""
    raised = low if x <= low else x
    return high if raised >= high else raised


@inline
def bounded(x: float, low: float, high: float) -> Any:
    """The nearest integer between the bounds; NaN is the lower one."""
    raised = x if x > low else low
    return i32(np.rint(raised if raised < high else high))


@inline
def pixel(image: int, row: int, column: int, height: int, width: int, channels: int) -> int:
    """Where a pixel begins in the images; -1 if it is beyond its image."""
    inside = 0 <= row < height and 0 <= column < width
    return ((image * height + row) * width + column) * channels if inside else -1


@kernel(FLOATS, FLOATS, FLOATS, FLOATS, FLOATS, *SHAPE, INT32S, INDEX, NUMBER, NUMBER)
def depthwise_any(
    x: Array,
    filters: Array,
    bias: Array,
    outside: Array,
    output: Array,
    height: int,
    width: int,
    channels: int,
    rows: int,
    columns: int,
    band: int,
    stride_rows: int,
    stride_columns: int,
    top: int,
    left: int,
    first: int,
    last: int,
    taps: Array,
    tap_count: int,
    low: float,
    high: float,
    begin: int,
    end: int,
) -> None:
    """``depthwise.any_filter``."""
    for line in range(begin, end):
        image, y = line // rows, line % rows * stride_rows - top
        for column in range(columns):
            out = (line * columns + column) * channels
            for c in range(channels):
                output[out + c] = bias[c]
            for tap in range(tap_count):
                row, place = y + taps[2 * tap], column * stride_columns - left + taps[2 * tap + 1]
                at = pixel(image, row, place, height, width, channels)
                for c in range(channels):
                    value = x[at + c] if at >= 0 else outside[c]
                    output[out + c] = fma(value, filters[tap * channels + c], output[out + c])
            for c in range(channels):
                output[out + c] = clamp(output[out + c], low, high)


@inline
def steps_of(x: float, inverse: float, zero: int, one_by_one: bool) -> Any:
    """A float in steps of the scale, rounded as TFLite rounds; what is not finite, anything."""
    scaled = x * inverse
    away = scaled + math.copysign(HALF, scaled)
    rounded = ZERO if one_by_one and abs(scaled) < HALF else away
    raised = rounded if rounded > QMIN - zero else QMIN - zero
    return i32(raised if raised < QMAX - zero else QMAX - zero)


@kernel(
    FLOATS,
    INT32S,
    FLOATS,
    *SHAPE,
    *FILTER,
    FLOATS,
    INT32S,
    FLOATS,
    INT32S,
    FLOATS,
    FLOATS,
    INDEX,
    NUMBER,
    NUMBER,
)
def hybrid_depthwise_any(
    x: Array,
    weights: Array,
    output: Array,
    height: int,
    width: int,
    channels: int,
    rows: int,
    columns: int,
    band: int,
    stride_rows: int,
    stride_columns: int,
    top: int,
    left: int,
    first: int,
    last: int,
    filter_rows: int,
    filter_columns: int,
    dilation_rows: int,
    dilation_columns: int,
    slots: int,
    reach: int,
    scales: Array,
    zeros: Array,
    inverses: Array,
    weight_sums: Array,
    weight_scales: Array,
    bias: Array,
    whole: int,
    low: float,
    high: float,
    begin: int,
    end: int,
) -> None:
    """``depthwise_ends.hybrid``."""
    for line in range(begin, end):
        image, y = line // rows, line % rows * stride_rows - top
        scale, inverse, zero = scales[image], inverses[image], zeros[image]
        start = image * height * width * channels
        for place in range(columns * channels):
            column, c = place // channels * stride_columns - left, place % channels
            total = i32(0)
            for tap in range(filter_rows * filter_columns):
                i, j = tap % filter_rows, tap // filter_rows
                row = y + i * dilation_rows
                at = pixel(image, row, column + j * dilation_columns, height, width, channels)
                if at >= 0:
                    code = steps_of(x[at + c], inverse, f32(zero), at + c - start >= whole)
                    total += code * weights[((j + 1) * filter_rows - 1 - i) * channels + c]
            vector = c < channels // VECTOR_CHANNELS * VECTOR_CHANNELS
            one, two = (weight_scales[c], scale) if vector else (scale, weight_scales[c])
            made = f32(total) * one * two + bias[c]
            output[line * columns * channels + place] = clamp(made, low, high)


@kernel(
    INT8S,
    INT32S,
    INT8S,
    *SHAPE,
    *FILTER,
    INT32S,
    FLOATS,
    INDEX,
    INDEX,
    NUMBER,
    NUMBER,
)
def requantized_depthwise_any(
    x: Array,
    weights: Array,
    output: Array,
    height: int,
    width: int,
    channels: int,
    rows: int,
    columns: int,
    band: int,
    stride_rows: int,
    stride_columns: int,
    top: int,
    left: int,
    first: int,
    last: int,
    filter_rows: int,
    filter_columns: int,
    dilation_rows: int,
    dilation_columns: int,
    slots: int,
    reach: int,
    start: Array,
    multipliers: Array,
    zero: int,
    output_zero: int,
    low: float,
    high: float,
    begin: int,
    end: int,
) -> None:
    """``depthwise_ends.requantized``."""
    for line in range(begin, end):
        image, y = line // rows, line % rows * stride_rows - top
        for place in range(columns * channels):
            column, c = place // channels * stride_columns - left, place % channels
            total = start[c]
            for tap in range(filter_rows * filter_columns):
                i, j = tap % filter_rows, tap // filter_rows
                row = y + i * dilation_rows
                at = pixel(image, row, column + j * dilation_columns, height, width, channels)
                if at >= 0:
                    weight = weights[((j + 1) * filter_rows - 1 - i) * channels + c]
                    total += i32(x[at + c] - zero) * weight
            steps = bounded(f32(i32(total)) * multipliers[c], low, high)
            output[line * columns * channels + place] = i8(steps + output_zero)


@inline
def element(
    x: Array,
    outside: Array,
    image: int,
    y: int,
    column: int,
    height: int,
    width: int,
    channels: int,
    c: int,
) -> Any:
    """A number of the images, or what is beyond them."""
    at = pixel(image, y, column, height, width, channels)
    return x[at + c] if at >= 0 else outside[c]


@inline
def covered(first: int, size: int, length: int) -> int:
    """How many rows or columns of a window are within an image."""
    return min(first + size, length) - max(first, 0)


@kernel(FLOATS, FLOATS, FLOATS, *WINDOW, NUMBER, NUMBER)
def average_floats_any(
    x: Array,
    outside: Array,
    output: Array,
    height: int,
    width: int,
    channels: int,
    rows: int,
    columns: int,
    stride_rows: int,
    stride_columns: int,
    top: int,
    left: int,
    filter_rows: int,
    filter_columns: int,
    counts_outside: int,
    low: float,
    high: float,
    begin: int,
    end: int,
) -> None:
    """``listed_pooling.averages_of_floats``: within a tile, elements 8, 0 and 1, 6 and 7, 2 and 3,
    4 and 5 belong together."""
    taps = filter_rows * filter_columns
    for line in range(begin, end):
        image, y = line // rows, line % rows * stride_rows - top
        for place in range(columns * channels):
            column, c = place // channels * stride_columns - left, place % channels
            total = -ZERO
            for tile in range(0, taps, TILE):
                p0, p1, p2, p3, ninth = ZERO, ZERO, ZERO, ZERO, ZERO
                for k in range(min(TILE, taps - tile)):
                    i, j = (tile + k) % filter_rows, (tile + k) // filter_rows
                    value = element(
                        x, outside, image, y + i, column + j, height, width, channels, c
                    )
                    ninth = value if k == 8 else ninth
                    p0 = value if k == 0 else p0 + value if k == 1 else p0
                    p1 = value if k == 2 else p1 + value if k == 3 else p1
                    p2 = value if k == 4 else p2 + value if k == 5 else p2
                    p3 = value if k == 6 else p3 + value if k == 7 else p3
                total = total + ((p1 + p2) + ((p0 + ninth) + p3))
            count = covered(y, filter_rows, height) * covered(column, filter_columns, width)
            output[line * columns * channels + place] = clamp(total * (ONE / f32(count)), low, high)


@kernel(INT8S, INT8S, INT8S, *WINDOW, NUMBER, NUMBER)
def average_bytes_any(
    x: Array,
    outside: Array,
    output: Array,
    height: int,
    width: int,
    channels: int,
    rows: int,
    columns: int,
    stride_rows: int,
    stride_columns: int,
    top: int,
    left: int,
    filter_rows: int,
    filter_columns: int,
    counts_outside: int,
    low: float,
    high: float,
    begin: int,
    end: int,
) -> None:
    """``listed_pooling.averages_of_bytes``."""
    for line in range(begin, end):
        image, y = line // rows, line % rows * stride_rows - top
        for place in range(columns * channels):
            column, c = place // channels * stride_columns - left, place % channels
            total = 0
            for tap in range(filter_rows * filter_columns):
                i, j = tap // filter_columns, tap % filter_columns
                at = pixel(image, y + i, column + j, height, width, channels)
                total += x[at + c] if at >= 0 else 0
            count = covered(y, filter_rows, height) * covered(column, filter_columns, width)
            size = (abs(total) + count // 2) // count
            mean = clamp(f32(size if total >= 0 else -size), low, high)
            output[line * columns * channels + place] = i8(mean)


@kernel(FLOATS, FLOATS, FLOATS, *WINDOW, NUMBER, NUMBER)
def maximum_floats_any(
    x: Array,
    outside: Array,
    output: Array,
    height: int,
    width: int,
    channels: int,
    rows: int,
    columns: int,
    stride_rows: int,
    stride_columns: int,
    top: int,
    left: int,
    filter_rows: int,
    filter_columns: int,
    counts_outside: int,
    low: float,
    high: float,
    begin: int,
    end: int,
) -> None:
    """``listed_pooling.maxima_of_floats``."""
    for line in range(begin, end):
        image, y = line // rows, line % rows * stride_rows - top
        for place in range(columns * channels):
            column, c = place // channels * stride_columns - left, place % channels
            most = f32(-np.inf)
            for tap in range(filter_rows * filter_columns):
                i, j = tap // filter_columns, tap % filter_columns
                value = element(x, outside, image, y + i, column + j, height, width, channels, c)
                most = most if most > value or most != most else value
            output[line * columns * channels + place] = clamp(most, low, high)


@kernel(INT8S, INT8S, INT8S, *WINDOW, NUMBER, NUMBER)
def maximum_bytes_any(
    x: Array,
    outside: Array,
    output: Array,
    height: int,
    width: int,
    channels: int,
    rows: int,
    columns: int,
    stride_rows: int,
    stride_columns: int,
    top: int,
    left: int,
    filter_rows: int,
    filter_columns: int,
    counts_outside: int,
    low: float,
    high: float,
    begin: int,
    end: int,
) -> None:
    """``listed_pooling.maxima_of_bytes``."""
    for line in range(begin, end):
        image, y = line // rows, line % rows * stride_rows - top
        for place in range(columns * channels):
            column, c = place // channels * stride_columns - left, place % channels
            most = i8(-128)
            for tap in range(filter_rows * filter_columns):
                i, j = tap // filter_columns, tap % filter_columns
                value = element(x, outside, image, y + i, column + j, height, width, channels, c)
                most = max(most, value)
            output[line * columns * channels + place] = i8(clamp(f32(most), low, high))


@kernel(*[FLOATS] * 2, INT32S, INT32S, FLOATS, INT32S, INT32S, FLOATS, *[INDEX] * 5)
def interpolate(
    x: Array,
    y: Array,
    rows_below: Array,
    rows_above: Array,
    row_weights: Array,
    columns_below: Array,
    columns_above: Array,
    column_weights: Array,
    height: int,
    width: int,
    channels: int,
    rows: int,
    columns: int,
    begin: int,
    end: int,
) -> None:
    """``interpolation.interpolation``."""
    for line in range(begin, end):
        image, row = line // rows, line % rows
        upper = (image * height + rows_below[row]) * width * channels
        lower = (image * height + rows_above[row]) * width * channels
        for column in range(columns):
            left, right = columns_below[column] * channels, columns_above[column] * channels
            for c in range(channels):
                first, second = x[upper + left + c], x[upper + right + c]
                above = first + (second - first) * column_weights[column]
                first, second = x[lower + left + c], x[lower + right + c]
                below = first + (second - first) * column_weights[column]
                made = above + (below - above) * row_weights[row]
                y[(line * columns + column) * channels + c] = made

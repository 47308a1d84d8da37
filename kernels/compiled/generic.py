"""The plain versions of all kernels on tiles: for every processor, and what the others must equal.

A tile is one row by as many columns as a panel has: 64 floats, or one column of integers. Codes
are int16 without their zero point. See ``product``, ``quantize`` and ``images`` for the fields.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kernels.field_types import (
    FLOATS,
    INDEX,
    INT8S,
    INT16S,
    INT32S,
    NUMBER,
    UINT8S,
    Array,
)
from kernels.isa import INSTRUCTION_SETS
from kernels.jit import bits_of, float_of, fma, inline, kernel

ISA = INSTRUCTION_SETS["generic"]

f32: Any = np.float32
i32: Any = np.int32
i16: Any = np.int16

WIDTH = 64
"""Columns of a panel of floats."""
SHAPE = (INDEX,) * 11
SUM = (FLOATS, INDEX, NUMBER, NUMBER)
QMIN, QMAX, LEVELS = f32(-128), f32(127), f32(255)
ZERO, ONE, INFINITY, NAN = f32(0), f32(1), f32(np.inf), f32(np.nan)


@inline
def clamp(x: float, low: float, high: float) -> float:
    """x between the bounds; NaN stays."""
    y = x if x > low or x != x else low
    return y if y < high or y != y else high


@inline
def place_of(
    chunk: int, rows: int, block_rows: int, panels: int, group_panels: int
) -> tuple[int, int, int, int, int, int]:
    """A chunk's image, first and last row, panel, group, and panel of the group."""
    blocks = (rows + block_rows - 1) // block_rows
    panel, rest = chunk % panels, chunk // panels
    first = rest % blocks * block_rows
    last = min(first + block_rows, rows)
    return rest // blocks, first, last, panel, panel // group_panels, panel % group_panels


@kernel(FLOATS, INT32S, INT32S, FLOATS, FLOATS, FLOATS, *SHAPE, NUMBER, NUMBER, *SUM)
def float_1x64(
    left: Array,
    offsets: Array,
    taps: Array,
    panels: Array,
    bias: Array,
    output: Array,
    tap_count: int,
    steps: int,
    rows: int,
    block_rows: int,
    groups: int,
    group_panels: int,
    group_columns: int,
    row_columns: int,
    group_step: int,
    image_step: int,
    image_panels: int,
    low: float,
    high: float,
    addend: Array,
    is_sum: int,
    sum_low: float,
    sum_high: float,
    begin: int,
    end: int,
) -> None:
    """``product.float_product``."""
    for chunk in range(begin, end):
        image, first, last, panel, group, part = place_of(
            chunk, rows, block_rows, groups * group_panels, group_panels
        )
        panel += image * image_panels
        columns = min(WIDTH, group_columns - part * WIDTH)
        for row in range(first, last):
            out = (image * rows + row) * row_columns + group * group_columns + part * WIDTH
            for j in range(columns):
                output[out + j] = bias[panel * WIDTH + j]
            for step in range(tap_count * steps):
                at = image * image_step + group * group_step + offsets[row] + taps[step // steps]
                a, right = left[at + step % steps], (panel * tap_count * steps + step) * WIDTH
                for j in range(columns):
                    output[out + j] = fma(a, panels[right + j], output[out + j])
            for j in range(columns):
                made = clamp(output[out + j], low, high)
                made = clamp(made + addend[out + j], sum_low, sum_high) if is_sum != 0 else made
                output[out + j] = made


@inline
def integer_sum(
    left: Array, start: int, taps: Array, panels: Array, right: int, tap_count: int, steps: int
) -> int:
    """The sum of a row's codes by a column, int32."""
    total: int = i32(0)
    for tap in range(tap_count):
        a, b = start + taps[tap], right + tap * steps
        for k in range(steps):
            total += i32(left[a + k]) * i32(panels[b + k])
    return total


@kernel(
    INT16S,
    INT32S,
    INT32S,
    INT8S,
    INT32S,
    FLOATS,
    FLOATS,
    FLOATS,
    INT32S,
    FLOATS,
    *SHAPE,
    INDEX,
    NUMBER,
    NUMBER,
    *SUM,
)
def hybrid_1x1(
    left: Array,
    offsets: Array,
    taps: Array,
    panels: Array,
    weight_sums: Array,
    weight_scales: Array,
    bias: Array,
    scales: Array,
    zeros: Array,
    output: Array,
    tap_count: int,
    steps: int,
    rows: int,
    block_rows: int,
    groups: int,
    group_panels: int,
    group_columns: int,
    row_columns: int,
    group_step: int,
    image_step: int,
    image_panels: int,
    row_step: int,
    low: float,
    high: float,
    addend: Array,
    is_sum: int,
    sum_low: float,
    sum_high: float,
    begin: int,
    end: int,
) -> None:
    """``product.hybrid_product``."""
    for chunk in range(begin, end):
        image, first, last, panel, group, part = place_of(
            chunk, rows, block_rows, groups * group_panels, group_panels
        )
        panel += image * image_panels
        for row in range(first, last):
            start = image * image_step + group * group_step + offsets[row]
            right = panel * tap_count * steps
            total = integer_sum(left, start, taps, panels, right, tap_count, steps)
            scaled = f32(total) * scales[image + row * row_step]
            out = (image * rows + row) * row_columns + group * group_columns + part
            made = clamp(fma(scaled, weight_scales[panel], bias[panel]), low, high)
            made = clamp(made + addend[out], sum_low, sum_high) if is_sum != 0 else made
            output[out] = made


@kernel(INT16S, INT32S, INT32S, INT8S, INT32S, FLOATS, UINT8S, *SHAPE, INDEX, NUMBER, NUMBER)
def requantized_1x1(
    left: Array,
    offsets: Array,
    taps: Array,
    panels: Array,
    start: Array,
    multipliers: Array,
    output: Array,
    tap_count: int,
    steps: int,
    rows: int,
    block_rows: int,
    groups: int,
    group_panels: int,
    group_columns: int,
    row_columns: int,
    group_step: int,
    image_step: int,
    image_panels: int,
    zero: int,
    low: float,
    high: float,
    begin: int,
    end: int,
) -> None:
    """``product.requantized_product``."""
    for chunk in range(begin, end):
        image, first, last, panel, group, part = place_of(
            chunk, rows, block_rows, groups * group_panels, group_panels
        )
        panel += image * image_panels
        for row in range(first, last):
            at = image * image_step + group * group_step + offsets[row]
            right = panel * tap_count * steps
            total = start[panel] + integer_sum(left, at, taps, panels, right, tap_count, steps)
            scaled = clamp(f32(i32(total)) * multipliers[panel], low, high)
            out = (image * rows + row) * row_columns + group * group_columns + part
            output[out] = np.uint8(i32(np.rint(scaled)) + zero)


@inline
def parameters(low: float, high: float) -> tuple[float, int, float]:
    """``quantize.parameters`` of one range, which may be NaN or infinite."""
    span = high - low
    inverse = LEVELS / span
    if not abs(inverse) < INFINITY:
        return (ONE if abs(span) < INFINITY else NAN), 127, ZERO
    bottom, top = low * inverse, high * inverse
    zero = QMIN - bottom if (QMIN + bottom) + (QMAX + top) > ZERO else QMAX - top
    scale = ONE / inverse if span < INFINITY else NAN
    return scale, int(np.rint(min(max(zero, QMIN), QMAX))), inverse


@inline
def code(x: float, inverse: float, zero: int) -> int:
    """The code of a float, without its zero point; any if x is not finite."""
    scaled = x * inverse
    rounded = np.rint(scaled) if abs(scaled) < INFINITY else ZERO
    clamped: int = i16(min(max(rounded, QMIN - zero), QMAX - zero))
    return clamped


@inline
def least(low: float, x: float) -> float:
    """The smaller, or NaN."""
    return x if x < low or x != x else low


@inline
def greatest(high: float, x: float) -> float:
    """The greater, or NaN."""
    return x if x > high or x != x else high


@kernel(FLOATS, INT16S, FLOATS, INT32S, FLOATS, INDEX, INDEX, INDEX, INDEX)
def quantize_rows(
    x: Array,
    codes: Array,
    scales: Array,
    zeros: Array,
    inverses: Array,
    rows: int,
    depth: int,
    row_codes: int,
    ahead: int,
    begin: int,
    end: int,
) -> None:
    """``quantize.row_quantizer``; a chunk is a row."""
    for row in range(begin, end):
        low, high = ZERO, ZERO
        for k in range(row * depth, row * depth + depth):
            low, high = least(low, x[k]), greatest(high, x[k])
        scales[row], zero, inverses[row] = parameters(low, high)
        zeros[row] = -zero
        for k in range(depth):
            codes[row * row_codes + k] = code(x[row * depth + k], inverses[row], zero)


@kernel(FLOATS, INT32S, INT32S, INDEX, INDEX, INDEX)
def find_ranges(
    x: Array, lows: Array, highs: Array, count: int, part: int, parts: int, begin: int, end: int
) -> None:
    """``quantize.range_finder``."""
    for chunk in range(begin, end):
        low, high = ZERO, ZERO
        start = chunk % parts * part
        for k in range(start, min(start + part, count)):
            value = x[chunk // parts * count + k]
            low, high = least(low, value), greatest(high, value)
        lows[chunk], highs[chunk] = bits_of(low), bits_of(high)


@kernel(INT32S, INT32S, FLOATS, INT32S, FLOATS, INDEX)
def find_parameters(
    lows: Array,
    highs: Array,
    scales: Array,
    zeros: Array,
    inverses: Array,
    parts: int,
    begin: int,
    end: int,
) -> None:
    """``quantize.parameter_finder``."""
    for image in range(begin, end):
        low, high = ZERO, ZERO
        for part in range(image * parts, image * parts + parts):
            low, high = least(low, float_of(lows[part])), greatest(high, float_of(highs[part]))
        scales[image], zero, inverses[image] = parameters(low, high)
        zeros[image] = -zero


@inline
def source_of(
    number: int,
    height: int,
    above: int,
    below: int,
    row_count: int,
    left_count: int,
    right_count: int,
) -> int:
    """Which number of x a number of the copy is; -1 if it is the border."""
    columns = left_count + row_count + right_count
    row, column = number // columns, number % columns - left_count
    image, row = row // (above + height + below), row % (above + height + below) - above
    inside = 0 <= row < height and 0 <= column < row_count
    return (image * height + row) * row_count + column if inside else -1


@kernel(FLOATS, FLOATS, NUMBER, *[INDEX] * 6)
def copy_floats(
    x: Array,
    y: Array,
    border: float,
    height: int,
    above: int,
    below: int,
    row_count: int,
    left_count: int,
    right_count: int,
    begin: int,
    end: int,
) -> None:
    """``images.float_copier``."""
    columns = left_count + row_count + right_count
    for number in range(begin * columns, end * columns):
        source = source_of(number, height, above, below, row_count, left_count, right_count)
        y[number] = x[source] if source >= 0 else border


@kernel(FLOATS, INT16S, FLOATS, INT32S, FLOATS, *[INDEX] * 6)
def encode_images(
    x: Array,
    codes: Array,
    scales: Array,
    zeros: Array,
    inverses: Array,
    height: int,
    above: int,
    below: int,
    row_count: int,
    left_count: int,
    right_count: int,
    begin: int,
    end: int,
) -> None:
    """``images.image_encoder``."""
    columns = left_count + row_count + right_count
    for number in range(begin * columns, end * columns):
        image = number // columns // (above + height + below)
        source = source_of(number, height, above, below, row_count, left_count, right_count)
        codes[number] = code(x[source], inverses[image], -zeros[image]) if source >= 0 else 0


@kernel(UINT8S, INT16S, INDEX, INDEX, INDEX, *[INDEX] * 6)
def recode_images(
    x: Array,
    codes: Array,
    flip: int,
    zero: int,
    border: int,
    height: int,
    above: int,
    below: int,
    row_count: int,
    left_count: int,
    right_count: int,
    begin: int,
    end: int,
) -> None:
    """``images.image_recoder``."""
    columns = left_count + row_count + right_count
    for number in range(begin * columns, end * columns):
        source = source_of(number, height, above, below, row_count, left_count, right_count)
        codes[number] = np.int8(np.uint8(x[source] ^ flip)) - zero if source >= 0 else border


SUMS = 8 * 16
"""Of the loops that find peaks: as many as eight vectors of AVX-512 hold."""


@kernel(FLOATS, FLOATS, FLOATS, INDEX)
def float_peak(left: Array, right: Array, sums: Array, turns: int, begin: int, end: int) -> None:
    """``peaks.float_products``: all sums have one number on the left, each its own on the right."""
    a = left[0]
    for _ in range(turns):
        for i in range(SUMS):
            sums[i] = fma(a, right[i], sums[i])


@kernel(INT16S, INT8S, INT32S, INDEX)
def integer_peak(left: Array, right: Array, sums: Array, turns: int, begin: int, end: int) -> None:
    """``peaks.integer_products``, one product a step."""
    a = i32(left[0])
    for turn in range(turns):
        for i in range(SUMS):
            sums[i] += (a + i32(turn)) * i32(right[i])


@kernel(INT32S, INT32S, INDEX)
def read(words: Array, sums: Array, turns: int, begin: int, end: int) -> None:
    """``peaks.reader`` of ``SUMS`` words at a time."""
    for turn in range(turns):
        for i in range(SUMS):
            sums[i] += words[turn * SUMS + i]


@kernel(FLOATS, FLOATS, INDEX, INDEX, INDEX)
def pack_rows(
    x: Array, panels: Array, depth: int, columns: int, width: int, begin: int, end: int
) -> None:
    """``packing.row_packer``."""
    parts = (columns + width - 1) // width
    for chunk in range(begin, end):
        for number in range(depth * width):
            row, column = chunk // parts * depth + number // width, chunk % parts * width
            column += number % width
            value = x[row * columns + column] if column < columns else ZERO
            panels[chunk * depth * width + number] = value


@kernel(FLOATS, FLOATS, INDEX, INDEX, INDEX)
def pack_columns(
    x: Array, panels: Array, depth: int, columns: int, width: int, begin: int, end: int
) -> None:
    """``packing.column_packer``."""
    parts = (columns + width - 1) // width
    for chunk in range(begin, end):
        for number in range(depth * width):
            column = chunk % parts * width + number % width
            at = (chunk // parts * columns + column) * depth + number // width
            panels[chunk * depth * width + number] = x[at] if column < columns else ZERO

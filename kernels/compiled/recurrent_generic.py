"""The plain versions of products and codes of recurrent operators: for every processor, and what
the others must equal.

A tile is one row by one column. See ``accumulated`` for the fields.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from kernels.compiled.accumulated import LANES
from kernels.compiled.asymmetric import parameters as asymmetric_parameters
from kernels.compiled.generic import SHAPE, greatest, integer_sum, least, place_of
from kernels.compiled.row_codes import QMAX, QMIN, VECTOR
from kernels.field_types import FLOATS, INDEX, INT8S, INT16S, INT32S, Array
from kernels.isa import INSTRUCTION_SETS
from kernels.jit import Source, inline, kernel

ISA = INSTRUCTION_SETS["generic"]

f32: Any = np.float32
i32: Any = np.int32
ZERO, HALF, ONE, INFINITY, NAN = f32(0), f32(0.5), f32(1), f32(np.inf), f32(np.nan)


@inline
def symmetric_parameters(low: float, high: float) -> Any:
    """Scale, zero point and inverse of ``activation_quantization.symmetric``."""
    largest = high if high > -low or high != high else -low
    inverse = f32(QMAX) / largest
    if not largest < INFINITY:
        return NAN, 0, ZERO
    if not abs(inverse) < INFINITY:
        return ONE, 0, ZERO
    return largest / f32(QMAX), 0, inverse


@inline
def half_away(x: float) -> Any:
    """x rounded to an int32, halves away from zero; the last number below one half becomes 1."""
    return i32(x + HALF if x >= ZERO else x - HALF)


def row_quantizer(parameters: Callable[..., Any], bottom: int) -> Source:
    """``row_codes.row_quantizer``."""

    @kernel(FLOATS, INT16S, FLOATS, INT32S, INDEX, INDEX)
    def quantize(
        x: Array,
        codes: Array,
        scales: Array,
        zeros: Array,
        depth: int,
        row_codes: int,
        begin: int,
        end: int,
    ) -> None:
        whole = depth // VECTOR * VECTOR
        for row in range(begin, end):
            start, made = row * depth, row * row_codes
            low, high = ZERO, ZERO
            for k in range(start, start + depth):
                low, high = least(low, x[k]), greatest(high, x[k])
            scale, exact_zero, inverse = parameters(low, high)
            zero = i32(exact_zero)
            scales[row], zeros[row] = scale, -zero
            for k in range(depth):
                moved = x[start + k] * inverse
                q = half_away(moved) if k < whole or abs(moved) >= HALF else i32(0)
                codes[made + k] = min(max(q, bottom - zero), QMAX - zero)

    return quantize


symmetric = row_quantizer(symmetric_parameters, -QMAX)
asymmetric = row_quantizer(asymmetric_parameters, QMIN)


@kernel(
    INT16S,
    INT32S,
    INT32S,
    INT8S,
    INT32S,
    FLOATS,
    FLOATS,
    INT32S,
    FLOATS,
    FLOATS,
    *SHAPE,
    INDEX,
)
def hybrid_1x1(
    left: Array,
    offsets: Array,
    taps: Array,
    panels: Array,
    weight_sums: Array,
    weight_scales: Array,
    scales: Array,
    zeros: Array,
    start: Array,
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
    start_step: int,
    begin: int,
    end: int,
) -> None:
    """``accumulated.hybrid_accumulator``."""
    for chunk in range(begin, end):
        _, first, last, column, _, _ = place_of(
            chunk, rows, block_rows, groups * group_panels, group_panels
        )
        for row in range(first, last):
            total = integer_sum(left, offsets[row], taps, panels, column * steps, tap_count, steps)
            product = f32(total) * (scales[row] * weight_scales[column])
            output[row * row_columns + column] = start[row * start_step + column] + product


@inline
def lane_sum(left: Array, at: int, panels: Array, right: int, whole: int, lane: int) -> Any:
    """Every fourth product, added up."""
    total = ZERO
    for k in range(lane, whole, LANES):
        total += left[at + k] * panels[right + k]
    return total


@kernel(FLOATS, INT32S, INT32S, FLOATS, FLOATS, FLOATS, *SHAPE, INDEX)
def lanes_1x1(
    left: Array,
    offsets: Array,
    taps: Array,
    panels: Array,
    start: Array,
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
    start_step: int,
    begin: int,
    end: int,
) -> None:
    """``accumulated.lane_accumulator``."""
    whole = steps // LANES * LANES
    for chunk in range(begin, end):
        _, first, last, column, _, _ = place_of(
            chunk, rows, block_rows, groups * group_panels, group_panels
        )
        for row in range(first, last):
            at, right = offsets[row], column * steps
            total = lane_sum(left, at, panels, right, whole, 0)
            for lane in range(1, LANES):
                total += lane_sum(left, at, panels, right, whole, lane)
            total += start[row * start_step + column]
            for k in range(whole, steps):
                total += left[at + k] * panels[right + k]
            output[row * row_columns + column] = total

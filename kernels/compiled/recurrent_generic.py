"""The plain versions of products and codes of recurrent operators: for every processor, and what
the others must equal.

A tile is one row by one column. See ``accumulated`` for the fields.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kernels.compiled.accumulated import LANES
from kernels.compiled.generic import SHAPE, integer_sum, place_of
from kernels.compiled.row_codes import asymmetric_rows, symmetric_rows
from kernels.field_types import FLOATS, INDEX, INT8S, INT16S, INT32S, Array
from kernels.isa import INSTRUCTION_SETS
from kernels.jit import inline, kernel

ISA = INSTRUCTION_SETS["generic"]

f32: Any = np.float32
ZERO = f32(0)

symmetric = symmetric_rows(ISA)
asymmetric = asymmetric_rows(ISA)


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

"""The plain versions of sums over one axis: for every processor, and what the others must equal.

A chunk is a number of ``outer``. See ``reduction`` for the fields.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kernels.field_types import FLOATS, INDEX, INT8S, NUMBER, Array
from kernels.isa import INSTRUCTION_SETS
from kernels.jit import fma, inline, kernel

ISA = INSTRUCTION_SETS["generic"]

f32: Any = np.float32
i8: Any = np.int8

ZERO, QMIN, QMAX = f32(0), f32(-128), f32(127)
WIDE, ACCUMULATORS = 16, 2


@kernel(FLOATS, FLOATS, INDEX, INDEX, NUMBER)
def scaled_rows(
    x: Array, y: Array, count: int, inner: int, scale: float, begin: int, end: int
) -> None:
    """``reduction.scaled_row_sums``."""
    for outer in range(begin, end):
        for i in range(inner):
            total = -ZERO
            for k in range(count):
                total += x[(outer * count + k) * inner + i]
            y[outer * inner + i] = total * scale + ZERO


@inline
def lane_sum(x: Array, start: int, vectors: int, rest: int, lane: int) -> Any:
    """What is added up in a lane of ``reduction.scaled_lane_sums``."""
    sums = ZERO
    for turn in range(ACCUMULATORS):
        total = -ZERO if turn < vectors else ZERO
        for vector in range(turn, vectors, ACCUMULATORS):
            total += x[start + vector * WIDE + lane]
        sums = total if turn == 0 else sums + total
    return sums + x[start + vectors * WIDE + lane] if lane < rest else sums


@inline
def halves(x: Array, start: int, vectors: int, rest: int, lane: int) -> Any:
    """The sum of lanes that are 4 apart from each other, first those that are 8 apart."""
    a = lane_sum(x, start, vectors, rest, lane) + lane_sum(x, start, vectors, rest, lane + 8)
    b = lane_sum(x, start, vectors, rest, lane + 4) + lane_sum(x, start, vectors, rest, lane + 12)
    return a + b


@kernel(FLOATS, FLOATS, INDEX, NUMBER)
def scaled_lanes(x: Array, y: Array, count: int, scale: float, begin: int, end: int) -> None:
    """``reduction.scaled_lane_sums``."""
    vectors, rest = count // WIDE, count % WIDE
    for outer in range(begin, end):
        start = outer * count
        even = halves(x, start, vectors, rest, 0) + halves(x, start, vectors, rest, 2)
        odd = halves(x, start, vectors, rest, 1) + halves(x, start, vectors, rest, 3)
        y[outer] = fma(even + odd, scale, ZERO)


@inline
def requantized(total: int, scale: float, bias: float) -> Any:
    """int8 of a sum."""
    x = f32(total) * scale + bias
    raised = x if x > QMIN else QMIN
    return i8(np.rint(raised if raised < QMAX else QMAX))


@kernel(INT8S, INT8S, INDEX, INDEX, NUMBER, NUMBER)
def requantized_rows(
    x: Array, y: Array, count: int, inner: int, scale: float, bias: float, begin: int, end: int
) -> None:
    """``reduction.requantized_row_sums``."""
    for outer in range(begin, end):
        for i in range(inner):
            total = 0
            for k in range(count):
                total += x[(outer * count + k) * inner + i]
            y[outer * inner + i] = requantized(total, scale, bias)


@kernel(INT8S, INT8S, INDEX, NUMBER, NUMBER)
def requantized_lanes(
    x: Array, y: Array, count: int, scale: float, bias: float, begin: int, end: int
) -> None:
    """``reduction.requantized_lane_sums``."""
    for outer in range(begin, end):
        total = 0
        for k in range(count):
            total += x[outer * count + k]
        y[outer] = requantized(total, scale, bias)

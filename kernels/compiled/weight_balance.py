"""Integers of weights whose errors are made to cancel: some are rounded to the other side.

What is done is defined by ``quant.plain_balance``. A row has ``count`` weights, ``stride`` apart,
and ``places`` sequences: weight k is of sequence ``k % places``. A chunk is a row.
"""

from __future__ import annotations

import numpy as np

from kernels.field_types import DOUBLES, FLOATS, INDEX, INT8S, INT32S, Array
from kernels.jit import inline, kernel

BINS = 64
LEVELS = BINS * BINS
"""Of how near an error is to half a step; found by counting twice, in bins of bins."""


@inline
def _level(x: Array, y: Array, at: int, inverse: float, sign: int, limit: int) -> int:
    """From 0 to 4095: how little it costs to move the integer by a step; -1 if it has to stay."""
    gain = (y[at] - x[at] * inverse) * sign
    moved = y[at] - sign
    if not 0.0 < gain <= 0.5 or moved < -limit or moved > limit:
        return -1
    return min(int(gain * (2 * LEVELS)), LEVELS - 1)


@inline
def _total(x: Array, y: Array, first: int, stride: int, count: int, inverse: float) -> float:
    """Of the errors, in steps."""
    total = 0.0
    for k in range(count):
        at = first + k * stride
        total += y[at] - x[at] * inverse
    return total


@inline
def _moves(total: float) -> int:
    """How many errors of a step cancel it: rounded, halves to even."""
    whole = int(abs(total))
    rest = abs(total) - whole
    return whole + 1 if rest > 0.5 or (rest == 0.5 and whole % 2 == 1) else whole


@inline
def _balance_few(
    x: Array, y: Array, first: int, stride: int, count: int, inverse: float, limit: int
) -> None:
    """Moves the cheapest ones, one after the other."""
    total = _total(x, y, first, stride, count, inverse)
    sign = 1 if total > 0.0 else -1
    for _ in range(_moves(total)):
        best, found = -1, -1
        for k in range(count):
            level = _level(x, y, first + k * stride, inverse, sign, limit)
            if level > best:
                best, found = level, first + k * stride
        if found >= 0:
            y[found] -= sign


@inline
def _dearest(counts: Array, start: int, moves: int) -> tuple[int, int]:
    """The bin in which the last of the cheapest ones is, and how many are moved in it."""
    number = BINS - 1
    while number > 0 and counts[start + number] <= moves:
        moves -= counts[start + number]
        number -= 1
    return number, moves


@inline
def _balance_many(
    x: Array,
    y: Array,
    counts: Array,
    start: int,
    first: int,
    stride: int,
    count: int,
    inverse: float,
    limit: int,
) -> None:
    """Moves the cheapest ones; of equal levels the first. counts: from ``start`` on 128 zeros."""
    total = _total(x, y, first, stride, count, inverse)
    moves, sign = _moves(total), 1 if total > 0.0 else -1
    if not moves:
        return
    for k in range(count):
        level = _level(x, y, first + k * stride, inverse, sign, limit)
        if level >= 0:
            counts[start + level // BINS] += 1
    upper, left = _dearest(counts, start, moves)
    for k in range(count):
        level = _level(x, y, first + k * stride, inverse, sign, limit)
        if level >= 0 and level // BINS == upper:
            counts[start + BINS + level % BINS] += 1
    lower, left = _dearest(counts, start + BINS, left)
    for k in range(count):
        at = first + k * stride
        level = _level(x, y, at, inverse, sign, limit) - (upper * BINS + lower)
        if level > 0 or (level == 0 and left > 0):
            y[at] -= sign
            left -= level == 0


@kernel(FLOATS, INT8S, FLOATS, INT32S, DOUBLES, DOUBLES, *(INDEX,) * 6)
def balance_rows(
    x: Array,
    y: Array,
    scales: Array,
    counts: Array,
    signals: Array,
    noises: Array,
    count: int,
    places: int,
    row_stride: int,
    stride: int,
    scale_stride: int,
    limit: int,
    begin: int,
    end: int,
) -> None:
    """y: integers, changed in place; scales: row r's at ``r * scale_stride``; counts: (rows, 128)
    zeros; signals, noises: (rows,) sums of squared weights and of squared errors."""
    for row in range(begin, end):
        first = row * row_stride
        stored = scales[row * scale_stride]
        inverse = 1.0 / stored
        if 1 < places < count:
            for place in range(places):
                start, apart = first + place * stride, places * stride
                _balance_few(x, y, start, apart, count // places, inverse, limit)
        _balance_many(x, y, counts, row * 2 * BINS, first, stride, count, inverse, limit)
        signal, noise = 0.0, 0.0
        for k in range(count):
            weight = np.float64(x[first + k * stride])
            error = weight - np.float32(stored * y[first + k * stride])
            signal += weight * weight
            noise += error * error
        signals[row] = signal
        noises[row] = noise

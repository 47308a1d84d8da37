"""Integers, times steps, that make a quadratic form small: ``e = v M v - 2 v b`` of a row
``v = values * steps``. M (depth, depth) is the moments of the row's group, b (depth,) its target.

values, targets: (rows, depth) float64; steps: (rows, depth / size), one for every ``size`` values;
moments: (groups, depth, depth), positive definite, each for ``shared`` rows. A chunk is a row.
"""

from __future__ import annotations

from math import floor, sqrt

from kernels.field_types import DOUBLES, INDEX, Array
from kernels.jit import inline, kernel

LEAST_GAIN = 1e-9
"""Of the form, in units of what one step of a value alone makes: less is rounding error."""


@inline
def _rounded(x: float, limit: int) -> float:
    return min(max(floor(x + 0.5), -limit), limit)


@inline
def _add_column(moments: Array, at: int, factor: float, sums: Array, row: int, depth: int) -> None:
    for j in range(depth):
        sums[row * depth + j] += moments[at + j] * factor


@kernel(DOUBLES, DOUBLES, INDEX)
def factorize(moments: Array, factors: Array, depth: int, begin: int, end: int) -> None:
    """Cholesky's factors of a group, a chunk: L (depth, depth) with ``M = L L^T``, then ``L^T``.

    factors: (groups, 2, depth, depth).
    """
    for group in range(begin, end):
        lower, upper = 2 * group * depth * depth, (2 * group + 1) * depth * depth
        for k in range(depth * depth):
            factors[upper + k] = moments[group * depth * depth + k]
            factors[lower + k] = 0.0
        for i in range(depth):
            row = upper + i * depth
            for j in range(i):
                factors[row + j] = 0.0
            root = sqrt(max(factors[row + i], 1e-300))
            for j in range(i, depth):
                factors[row + j] /= root
                factors[lower + j * depth + i] = factors[row + j]
            for k in range(i + 1, depth):
                factor = factors[row + k]
                for j in range(k, depth):
                    factors[upper + k * depth + j] -= factor * factors[row + j]


@kernel(DOUBLES, DOUBLES, DOUBLES, INDEX, INDEX)
def solve(
    factors: Array, targets: Array, solutions: Array, depth: int, shared: int, begin: int, end: int
) -> None:
    """The row without integers that makes the form least: ``M x = b``. solutions: (rows, depth)."""
    for row in range(begin, end):
        lower = 2 * (row // shared) * depth * depth
        upper, x = lower + depth * depth, row * depth
        for j in range(depth):
            solutions[x + j] = targets[x + j]
        for i in range(depth):
            value = solutions[x + i] / factors[upper + i * depth + i]
            for j in range(i + 1, depth):
                solutions[x + j] -= value * factors[upper + i * depth + j]
            solutions[x + i] = value
        for k in range(depth):
            i = depth - 1 - k
            value = solutions[x + i] / factors[lower + i * depth + i]
            for j in range(i):
                solutions[x + j] -= value * factors[lower + i * depth + j]
            solutions[x + i] = value


@kernel(DOUBLES, DOUBLES, DOUBLES, DOUBLES, DOUBLES, INDEX, INDEX, INDEX, INDEX)
def round_in_turn(
    values: Array,
    steps: Array,
    factors: Array,
    targets: Array,
    scratch: Array,
    depth: int,
    size: int,
    shared: int,
    limit: int,
    begin: int,
    end: int,
) -> None:
    """Rounds from the last value to the first, each where it is best for what is rounded already,
    the rest being free: GPTQ (arXiv 2210.17323), in the form of successive cancellation.

    With ``M = L L^T`` the form is ``|L^T v - z|^2`` and a constant, where ``L z = b``.
    scratch: (rows, depth).
    """
    for row in range(begin, end):
        lower = 2 * (row // shared) * depth * depth
        upper, z = lower + depth * depth, row * depth
        for j in range(depth):
            scratch[z + j] = targets[z + j]
        for i in range(depth):
            value = scratch[z + i] / factors[upper + i * depth + i]
            for j in range(i + 1, depth):
                scratch[z + j] -= value * factors[upper + i * depth + j]
            scratch[z + i] = value
        for k in range(depth):
            i = depth - 1 - k
            step = steps[(z + i) // size]
            best = scratch[z + i] / factors[lower + i * depth + i]
            values[z + i] = _rounded(best / step, limit)
            for j in range(i):
                scratch[z + j] -= values[z + i] * step * factors[lower + i * depth + j]


@kernel(DOUBLES, DOUBLES, DOUBLES, DOUBLES, DOUBLES, *[INDEX] * 5)
def descend(
    values: Array,
    steps: Array,
    moments: Array,
    targets: Array,
    slopes: Array,
    depth: int,
    size: int,
    shared: int,
    limit: int,
    sweeps: int,
    begin: int,
    end: int,
) -> None:
    """Changes one value after the other to the integer with the least form, until none gains.

    slopes: (rows, depth), which becomes ``M v - b``.
    """
    for row in range(begin, end):
        m, x = row // shared * depth * depth, row * depth
        for j in range(depth):
            slopes[x + j] = -targets[x + j]
        for i in range(depth):
            if values[x + i] != 0.0:
                value = values[x + i] * steps[(x + i) // size]
                _add_column(moments, m + i * depth, value, slopes, row, depth)
        for _ in range(sweeps):
            changed = 0
            for i in range(depth):
                own, step = moments[m + i * depth + i], steps[(x + i) // size]
                best = _rounded(values[x + i] - slopes[x + i] / (own * step), limit)
                change = (best - values[x + i]) * step
                gain = -(0.5 * change * own + slopes[x + i]) * change
                if gain > LEAST_GAIN * own * step * step:
                    values[x + i] = best
                    _add_column(moments, m + i * depth, change, slopes, row, depth)
                    changed += 1
            if changed == 0:
                break


@kernel(DOUBLES, DOUBLES, DOUBLES, DOUBLES, DOUBLES, INDEX, INDEX, INDEX)
def fit_steps(
    values: Array,
    steps: Array,
    moments: Array,
    slopes: Array,
    scratch: Array,
    depth: int,
    size: int,
    shared: int,
    begin: int,
    end: int,
) -> None:
    """Moves each step, in turn, to where the form is least for these values.

    slopes: ``M v - b``, as ``descend`` leaves it, and then of the new steps; scratch: (rows,
    depth).
    """
    for row in range(begin, end):
        m, x = row // shared * depth * depth, row * depth
        for first in range(0, depth, size):
            for j in range(depth):
                scratch[x + j] = 0.0
            slope = curvature = 0.0
            for i in range(first, first + size):
                if values[x + i] != 0.0:
                    slope += values[x + i] * slopes[x + i]
                    _add_column(moments, m + i * depth, values[x + i], scratch, row, depth)
            for i in range(first, first + size):
                curvature += values[x + i] * scratch[x + i]
            step = steps[(x + first) // size]
            if curvature > 0.0 and slope < step * curvature:
                change = -slope / curvature
                steps[(x + first) // size] = step + change
                for j in range(depth):
                    slopes[x + j] += change * scratch[x + j]


@kernel(DOUBLES, DOUBLES, DOUBLES, DOUBLES, DOUBLES, DOUBLES, INDEX, INDEX, INDEX)
def measure(
    values: Array,
    steps: Array,
    moments: Array,
    targets: Array,
    slopes: Array,
    forms: Array,
    depth: int,
    size: int,
    shared: int,
    begin: int,
    end: int,
) -> None:
    """forms: (rows,), the form of each row; slopes: (rows, depth), which becomes ``M v - b``."""
    for row in range(begin, end):
        m, x = row // shared * depth * depth, row * depth
        for j in range(depth):
            slopes[x + j] = -targets[x + j]
        for i in range(depth):
            if values[x + i] != 0.0:
                value = values[x + i] * steps[(x + i) // size]
                _add_column(moments, m + i * depth, value, slopes, row, depth)
        form = 0.0
        for i in range(depth):
            value = values[x + i] * steps[(x + i) // size]
            form += value * (slopes[x + i] - targets[x + i])
        forms[row] = form

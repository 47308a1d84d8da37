"""Functions of one float that round at most once, element by element, compiled.

x and y: (n,) float32; y = f(x). NaN stays NaN.
"""

from __future__ import annotations

import numpy as np

from kernels.compiled.loops import each
from kernels.compiled.numbers import Float32, clamped, f32
from kernels.field_types import FLOATS, NUMBER, Array
from kernels.jit import inline, kernel

ZERO, ONE = f32(0), f32(1)


@kernel(FLOATS, FLOATS, NUMBER, NUMBER)
def clamp(x: Array, y: Array, low: Float32, high: Float32, begin: int, end: int) -> None:
    """np.minimum(np.maximum(x, low), high)."""
    for i in range(begin, end):
        y[i] = clamped(x[i], low, high)


@kernel(FLOATS, FLOATS, NUMBER)
def leaky_relu(x: Array, y: Array, alpha: Float32, begin: int, end: int) -> None:
    """x, times ``alpha`` where it is not positive."""
    for i in range(begin, end):
        y[i] = x[i] if x[i] > ZERO else x[i] * alpha


@inline
def _unit_clamped(x: Float32) -> Float32:
    low = ZERO if x < ZERO else x
    return ONE if low > ONE else low


@inline
def _absolute(x: Float32) -> Float32:
    return abs(x)


@inline
def _negative(x: Float32) -> Float32:
    return -x


@inline
def _square(x: Float32) -> Float32:
    return x * x


@inline
def _floor(x: Float32) -> Float32:
    return np.floor(x)


@inline
def _ceil(x: Float32) -> Float32:
    return np.ceil(x)


@inline
def _rounded(x: Float32) -> Float32:
    return np.rint(x)


@inline
def _sign(x: Float32) -> Float32:
    of_number = ONE if x > ZERO else (-ONE if x < ZERO else ZERO)
    return of_number if x == x else x


unit_clamp = each(_unit_clamped)
"""np.clip(x, 0, 1): -0.0 stays."""
absolute, negative, square, sign = (each(f) for f in (_absolute, _negative, _square, _sign))
floor, ceil, rounded = (each(f) for f in (_floor, _ceil, _rounded))
"""``rounded``: halves to even."""

"""Sine and cosine of float32, element by element, in the arithmetic of LiteRT's kernels, compiled.

x and y: (n,) float32; y = f(x). NaN and the infinities give NaN.
"""

from __future__ import annotations

import math

import numpy as np

from kernels.field_types import FLOATS, Array
from kernels.jit import fma, kernel

f32 = np.float32

ONE, PI, PER_TURN = f32(1), f32(math.pi), f32(0.5 / math.pi)
TURN_HIGH, TURN_LOW = f32(6.28125), f32(1.9353072e-3)
"""2 pi; the first has zeros at its end, so that integers times it are exact."""
QUARTER_HIGH, QUARTER_LOW = f32(math.pi / 2), f32(-4.371139e-8)
"""pi / 2, and what its rounding to float32 leaves."""
P3, P5 = f32(-1.3314664364e-01), f32(3.2340581529e-03)
Q2, Q4 = f32(3.3519912511e-02), f32(4.8770775902e-04)
"""Coefficients in sin(v) = v * (1 + P3 * v**2 + P5 * v**4) / (1 + Q2 * v**2 + Q4 * v**4)."""


@kernel(FLOATS, FLOATS)
def xnnpack_sin(x: Array, y: Array, begin: int, end: int) -> None:
    """XNNPACK's f32-vsin (rational-5-4-div): whole turns taken off, the rest folded at pi / 2 and
    -pi / 2. The more turns, the fewer right digits; with very many, NaN."""
    for i in range(begin, end):
        turns = f32(np.rint(x[i] * PER_TURN))
        v = fma(-turns, TURN_LOW, fma(-turns, TURN_HIGH, x[i]))
        v = min(v, PI - v)
        v = max(v, -PI - v)
        v = min(v, PI - v)
        s = v * v
        y[i] = v * fma(s, fma(s, P5, P3), ONE) / fma(s, fma(s, Q4, Q2), ONE)


@kernel(FLOATS, FLOATS)
def xnnpack_cos(x: Array, y: Array, begin: int, end: int) -> None:
    """XNNPACK's f32-vcos (rational-5-4-div): the sine of pi / 2 - x."""
    for i in range(begin, end):
        turns = f32(np.rint(x[i] * PER_TURN))
        v = fma(-turns, TURN_LOW, fma(-turns, TURN_HIGH, x[i]))
        v = (QUARTER_HIGH - v) + QUARTER_LOW
        v = min(v, PI - v)
        v = max(v, -PI - v)
        v = min(v, PI - v)
        s = v * v
        y[i] = v * fma(s, fma(s, P5, P3), ONE) / fma(s, fma(s, Q4, Q2), ONE)


@kernel(FLOATS, FLOATS)
def libm_sin(x: Array, y: Array, begin: int, end: int) -> None:
    """C's sinf, which TFLite's reference kernel calls."""
    for i in range(begin, end):
        y[i] = math.sin(x[i])


@kernel(FLOATS, FLOATS)
def libm_cos(x: Array, y: Array, begin: int, end: int) -> None:
    """C's cosf."""
    for i in range(begin, end):
        y[i] = math.cos(x[i])

"""Sine and cosine of float32, element by element, in the arithmetic of LiteRT's kernels, compiled.

x and y: (n,) float32; y = f(x). NaN and the infinities give NaN.
"""

from __future__ import annotations

import math

import numpy as np

from kernels.compiled.loops import each
from kernels.compiled.numbers import Float32, f32, flushed
from kernels.jit import fma, inline

ONE, PI, PER_TURN = f32(1), f32(math.pi), f32(0.5 / math.pi)
TURN_HIGH, TURN_LOW = f32(6.28125), f32(1.9353072e-3)
"""2 pi; the first has zeros at its end, so that integers times it are exact."""
QUARTER_HIGH, QUARTER_LOW = f32(math.pi / 2), f32(-4.371139e-8)
"""pi / 2, and what its rounding to float32 leaves."""
P3, P5 = f32(-1.3314664364e-01), f32(3.2340581529e-03)
Q2, Q4 = f32(3.3519912511e-02), f32(4.8770775902e-04)
"""Coefficients in sin(v) = v * (1 + P3 * v**2 + P5 * v**4) / (1 + Q2 * v**2 + Q4 * v**4)."""


@inline
def _without_turns(x: Float32) -> Float32:
    """x less its whole turns. The more turns, the fewer right digits; with very many, NaN."""
    turns = f32(np.rint(x * PER_TURN))
    return fma(-turns, TURN_LOW, fma(-turns, TURN_HIGH, x))


@inline
def _folded(v: Float32) -> Float32:
    """What has the same sine, between -pi / 2 and pi / 2."""
    v = PI - v if PI - v < v else v
    v = -PI - v if -PI - v > v else v
    return PI - v if PI - v < v else v


@inline
def _sine(v: Float32) -> Float32:
    s = v * v
    return v * fma(s, fma(s, P5, P3), ONE) / fma(s, fma(s, Q4, Q2), ONE)


@inline
def sin(x: Float32) -> Float32:
    """XNNPACK's f32-vsin (rational-5-4-div); numbers smaller than normal count as 0."""
    return _sine(_folded(_without_turns(flushed(x))))


@inline
def cos(x: Float32) -> Float32:
    """XNNPACK's f32-vcos (rational-5-4-div): the sine of pi / 2 - x."""
    return _sine(_folded((QUARTER_HIGH - _without_turns(x)) + QUARTER_LOW))


xnnpack_sin, xnnpack_cos = each(sin), each(cos)

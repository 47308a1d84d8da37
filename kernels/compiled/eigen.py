"""tanh and the logistic function of a float32, as ``kernels.transcendental`` has them, without
branches: loops over them become vectors."""

from __future__ import annotations

import numpy as np

from kernels.compiled.scalars import EXPONENT_BIAS, FRACTION_BITS, Float32, clamped, f32
from kernels.jit import float_of, inline

TANH_BOUND = f32(7.90738964080810547)
P7, P5, P3, P1 = (f32(c) for c in (1.394553628e-8, 2.102733560e-5, 3.520756727e-3, 0.1340216100))
Q8, Q6, Q4, Q2 = (f32(c) for c in (8.015776984e-7, 3.326951409e-4, 2.597254514e-2, 0.4673548340))
"""Coefficients of odd powers of x, and of even ones, but for x and 1."""

LOWEST, ONE_FROM = f32(-104.0), f32(16.6355324)
"""The logistic function is 0 below the first, and 1 from the second on."""
LOG2_E = f32(1.44269504088896341)
LN2_HIGH, LN2_LOW = f32(0.693359375), f32(-2.12194440e-4)
E2, E4 = f32(0.49999141693115234375), f32(0.041898667812347412109375)
E3, E5 = f32(0.16666877269744873046875), f32(8.33471305668354034423828125e-3)
ZERO, HALF, ONE = f32(0), f32(0.5), f32(1)


@inline
def tanh(x: Float32) -> Float32:
    """``transcendental.tanh``."""
    x = clamped(x, -TANH_BOUND, TANH_BOUND)
    square = x * x
    p = ((P7 * square + P5) * square + P3) * square + P1
    q = (((Q8 * square + Q6) * square + Q4) * square + Q2) * square + ONE
    return ((square * x) * p + x) / q


@inline
def logistic(x: Float32) -> Float32:
    """``transcendental.logistic``."""
    half = clamped(x, LOWEST, ONE_FROM) * HALF
    exponent = np.floor(half * LOG2_E + HALF)
    r = (half - exponent * LN2_HIGH) - exponent * LN2_LOW
    square = r * r
    series = r * (E5 * square + E3) + (E4 * square + E2)
    number = exponent if exponent == exponent else ZERO
    scale = float_of(np.int32((np.int32(number) + EXPONENT_BIAS) << FRACTION_BITS))
    root = (square * series + (r + ONE)) * scale
    power = root * root
    return ZERO if x < LOWEST else power / (ONE + power)

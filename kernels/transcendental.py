"""tanh and the logistic function as TFLite's CPU kernels compute them: approximations in
float32, of fused activations and of recurrent operators.

The formulas are Eigen's, for vectors without fma: ``ptanh_float``
(Eigen/src/Core/arch/Default/GenericPacketMathFunctions.h) and ``scalar_logistic_op<float>``
(Eigen/src/Core/functors/UnaryFunctors.h). The operators TANH and LOGISTIC run elsewhere.
"""

from __future__ import annotations

import numpy as np

from kernels.node import Array

f32 = np.float32

TANH_BOUND = f32(7.90738964080810547)
"""Where tanh becomes 1."""
TANH_NUMERATOR = np.array([1.394553628e-8, 2.102733560e-5, 3.520756727e-3, 1.340216100e-1], f32)
TANH_DENOMINATOR = np.array(
    [8.015776984e-7, 3.326951409e-4, 2.597254514e-2, 4.673548340e-1, 1.0], f32
)
"""Coefficients of x**2, highest power first."""

LOGISTIC_BOUNDS = f32(-104.0), f32(16.6355324)
"""Below the first the logistic function is 0, from the second on 1."""
LOG2_E = f32(1.44269504088896341)
LN2_HIGH, LN2_LOW = f32(0.693359375), f32(-2.12194440e-4)
"""ln 2 in two parts, so that multiples of the first are exact."""
EXP_EVEN = np.array([0.041898667812347412109375, 0.49999141693115234375], f32)
EXP_ODD = np.array([8.33471305668354034423828125e-3, 0.16666877269744873046875], f32)
"""Coefficients of r**2 in exp(r) = 1 + r + r**2 * (even + r * odd)."""


def tanh(x: Array) -> Array:
    """The hyperbolic tangent of float32, within 4e-7; NaN stays NaN."""
    x = np.clip(x, -TANH_BOUND, TANH_BOUND)
    square = x * x
    numerator = (square * x) * polynomial(square, TANH_NUMERATOR) + x
    result: Array = numerator / polynomial(square, TANH_DENOMINATOR)
    return result


def logistic(x: Array) -> Array:
    """exp(x) / (1 + exp(x)) of float32, within 5 units in the last place; NaN stays NaN.

    exp(x / 2) is 2**m * exp(r) with a small r; its square is exp(x).
    """
    zero, one = LOGISTIC_BOUNDS
    half = np.clip(x, zero, one) * f32(0.5)
    exponent = np.floor(half * LOG2_E + f32(0.5))
    r = (half - exponent * LN2_HIGH) - exponent * LN2_LOW
    square = r * r
    series = r * polynomial(square, EXP_ODD) + polynomial(square, EXP_EVEN)
    root = np.ldexp(square * series + (r + f32(1)), exponent.astype(np.int32))
    power = root * root
    return np.where(x < zero, f32(0), power / (f32(1) + power))


def polynomial(x: Array, coefficients: Array) -> Array:
    """Horner's scheme, each product and sum rounded."""
    value = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        value = value * x + coefficient
    return value

"""Functions of float32, element by element, in the arithmetic of XNNPACK's kernels, compiled.

x and y: (n,) float32; y = f(x). NaN stays NaN; results smaller than float32's normal numbers
are 0. Every formula is a function of a number without branches, of which LLVM makes vectors.
"""

from __future__ import annotations

import math

import numpy as np

from kernels.compiled.lanes import STEPS, power_part, scaled
from kernels.compiled.loops import each, each_in_range
from kernels.compiled.numbers import (
    EXPONENT_BIAS,
    FRACTION,
    FRACTION_BITS,
    ONE_BITS,
    SMALLEST_NORMAL,
    Bool,
    Float32,
    f32,
    is_beyond,
    normal_numbers_below,
    with_sign,
)
from kernels.jit import bits_of, float_of, fma, inline

ZERO, HALF, ONE = f32(0), f32(0.5), f32(1)
LOG2_E = f32(1.44269504)
MINUS_LN2_HIGH, MINUS_LN2_LOW = f32(-0.69314718), f32(1.9046542e-9)
"""-ln 2, and what its rounding to float32 leaves."""
SLOPE = f32(1.0000147)
"""The linear coefficient of exp(t) = 1 + t * (SLOPE + t / 2) for small t."""
STEP_ROUNDER = f32(1.5 * 2.0**23 / STEPS)
"""Numbers near it are multiples of 1 / STEPS: adding it rounds. Its last bits count them."""
EXP_FLOOR = f32(-87.33654)
"""The exponential is no normal number below."""


@inline
def logistic(x: Float32) -> Float32:
    """XNNPACK's f32-vsigmoid with AVX-512 (rr2-lut32-p2-perm2-scalef-div): e / (e + 1), where
    e = exp(-|x|) = 2**n * exp(t), n a multiple of 1 / STEPS."""
    z = -abs(x)
    rounded = fma(z, LOG2_E, STEP_ROUNDER)
    n = rounded - STEP_ROUNDER
    part = power_part(bits_of(rounded))
    t = fma(n, MINUS_LN2_LOW, fma(n, MINUS_LN2_HIGH, z))
    e = scaled(fma(t * part, fma(t, HALF, SLOPE), part), n)
    e = ZERO if z < EXP_FLOOR else e
    below = e / (e + ONE)
    return ONE - below if x > ZERO else below


xnnpack_logistic = each(logistic)

TANH_BOUND = f32(float.fromhex("0x1.fec416p+2"))
"""Where tanh becomes 1."""
P1, P3, P5, P7, P9 = (
    f32(value) for value in (1, 0.13412412, 3.533052e-3, 2.1235626e-5, 1.424892e-8)
)
Q0, Q2, Q4, Q6, Q8 = (f32(value) for value in (1, 0.46745735, 0.026019, 3.347298e-4, 8.136595e-7))
"""Coefficients of x, x**3, ... and of 1, x**2, ... in the quotient that is tanh."""


@inline
def tanh(x: Float32) -> Float32:
    """XNNPACK's f32-vtanh (rational-9-8-div)."""
    size = abs(x)
    v = TANH_BOUND if size > TANH_BOUND else size
    s = v * v
    p = fma(fma(fma(fma(P9, s, P7), s, P5), s, P3), s, P1)
    q = fma(fma(fma(fma(Q8, s, Q6), s, Q4), s, Q2), s, Q0)
    return with_sign(v * p / q, x)


xnnpack_tanh = each(tanh)

EXP_BOTTOM, EXP_TOP = f32(-87.33655), f32(128)
"""Below the first, the exponential is no normal number; the second power of two is infinite."""
ROUNDER = f32(1.5 * 2.0**23)
"""Numbers near it are integers: adding it rounds. Its last bits count them."""
E1, E2, E3 = f32(0.69314718), f32(0.04807804), f32(5.5375635e-3)
F1, F2 = f32(-0.27721086), f32(0.023987604)
"""Coefficients in 2**r = 1 + r * (E1 + E2 * r + E3 * r**2) / (1 + F1 * r + F2 * r**2)."""


@inline
def exp(x: Float32) -> Float32:
    """XNNPACK's f32-vexp (rational-3-2-div)."""
    v = x * LOG2_E
    v = EXP_TOP if v > EXP_TOP else v
    rounded = v + ROUNDER
    r = v - (rounded - ROUNDER)
    p = r * fma(fma(E3, r, E2), r, E1)
    q = fma(fma(F2, r, F1), r, ONE)
    scale = float_of(np.int32((bits_of(rounded) + EXPONENT_BIAS) << FRACTION_BITS))
    return ZERO if x < EXP_BOTTOM else (p / q + ONE) * scale


xnnpack_exp = each(exp)

ODD_ROUNDER = f32(1.5 * 2.0**23 + 127)
"""Like ROUNDER, but odd: it rounds halves to odd integers. Its last bits are an exponent."""
SHORT_LN2_HIGH, SHORT_LN2_LOW = f32(-0.69314575), f32(-1.42860677e-6)
"""-ln 2, of which the first has zeros at its end, so that integers times it are exact."""
G1, G2, G3, G4, G5 = (
    f32(value) for value in (0.9999997, 0.4999915, 0.16667652, 0.041897822, 8.2892906e-3)
)
"""Coefficients in exp(t) = 1 + G1 * t + G2 * t**2 + ... + G5 * t**5."""


@inline
def softmax_exp(x: Float32) -> Float32:
    """The exponential of numbers not above 0 in XNNPACK's f32-raddstoreexpminusmax with
    AVX-512 or AVX2 (rr2-p5)."""
    rounded = fma(x, LOG2_E, ODD_ROUNDER)
    n = rounded - ODD_ROUNDER
    t = fma(n, SHORT_LN2_LOW, fma(n, SHORT_LN2_HIGH, x))
    p = fma(fma(fma(fma(G5, t, G4), t, G3), t, G2), t, G1)
    scale = float_of(np.int32(bits_of(rounded) << FRACTION_BITS))
    power = fma(t * scale, p, scale)
    return ZERO if x < EXP_FLOOR else power


xnnpack_softmax_exp = each(softmax_exp)

SQRT2, SQRT_HALF = f32(float.fromhex("0x1.6a09e4p+0")), f32(float.fromhex("0x1.6a09eap-1"))
LN2 = f32(0.69314718)
L2, L3 = f32(1), f32(0.18249969)
M1, M2, M3 = f32(1.5), f32(0.59917003), f32(0.049584996)
"""Coefficients in log(1 + m) = m * (1 + L2 * m + L3 * m**2) / (1 + M1 * m + ... M3 * m**3)."""
LOG_NUMBERS = normal_numbers_below(2.0**127)
"""Times SQRT2 they are finite."""
INFINITY, NAN = f32(math.inf), f32(math.nan)


@inline
def log_of_normal(x: Float32) -> Float32:
    """XNNPACK's f32-vlog (rational-3-3-div) of positive normal numbers: x * sqrt(2) = 2**n * m
    with m in [1, 2), so log(x) = n * log(2) + log(m / sqrt(2))."""
    v = x * SQRT2
    bits = bits_of(v)
    m = float_of(np.int32((bits & FRACTION) | ONE_BITS)) * SQRT_HALF - ONE
    p = m * fma(fma(L3, m, L2), m, ONE)
    q = fma(fma(fma(M3, m, M2), m, M1), m, ONE)
    return fma(f32(np.int32((bits >> FRACTION_BITS) - EXPONENT_BIAS)), LN2, p / q)


@inline
def _is_beyond(x: Float32) -> Bool:
    return is_beyond(x, LOG_NUMBERS)


@inline
def log(x: Float32) -> Float32:
    """Of any x. Numbers smaller than normal count as 0."""
    v = x * SQRT2
    y = log_of_normal(x) if v < INFINITY else v
    y = NAN if v < ZERO else y
    return -INFINITY if abs(x) < SMALLEST_NORMAL else y


xnnpack_log = each_in_range(log, log_of_normal, _is_beyond)

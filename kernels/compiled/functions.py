"""Functions of float32, element by element, in the arithmetic of XNNPACK's kernels, compiled.

NaN stays NaN; results smaller than float32's normal numbers are 0. Every formula is without
branches, for vectors.
"""

from __future__ import annotations

from math import inf, nan

from kernels.compiled.formulas import (
    EXPONENT_BIAS,
    FRACTION,
    FRACTION_BITS,
    ONE_BITS,
    STEPS,
    at_most,
    bits_of,
    f32,
    float_of,
    is_beyond,
    is_tiny,
    normal_numbers_below,
    number,
    polynomial,
    power_part,
    scaled,
    size_of,
    with_sign,
)
from kernels.compiled.loops import each, each_in_range
from kernels.compiled.vector_ir import Register, fma, select, to_float

LOG2_E = f32(1.44269504)
MINUS_LN2_HIGH, MINUS_LN2_LOW = f32(-0.69314718), f32(1.9046542e-9)
"""-ln 2, and what its rounding to float32 leaves."""
SLOPE = f32(1.0000147)
"""The linear coefficient of exp(t) = 1 + t * (SLOPE + t / 2) for small t."""
STEP_ROUNDER = f32(1.5 * 2.0**23 / STEPS)
"""Numbers near it are multiples of 1 / STEPS: adding it rounds. Its last bits count them."""
EXP_FLOOR = f32(-87.33654)
"""The exponential is no normal number below."""


def rounded_product(x: Register, factor: float, rounder: float) -> Register:
    """fma(x, factor, rounder), of which the last bits are x * factor, rounded."""
    return fma(x, number(x, factor), number(x, rounder))


def logistic(x: Register) -> Register:
    """XNNPACK's f32-vsigmoid with AVX-512 (rr2-lut32-p2-perm2-scalef-div): e / (e + 1), where
    e = exp(-|x|) = 2**n * exp(t), n a multiple of 1 / STEPS."""
    z = size_of(x)
    counted = rounded_product(z, -LOG2_E, STEP_ROUNDER)
    n = counted - STEP_ROUNDER
    part = power_part(bits_of(counted))
    minus_z = z * -1.0
    t = fma(n, number(x, MINUS_LN2_LOW), fma(n, number(x, MINUS_LN2_HIGH), minus_z))
    e = scaled(fma(t * part, polynomial(t, 0.5, SLOPE), part), n)
    e = select(z > -EXP_FLOOR, number(x, 0.0), e)
    below = e / (e + 1.0)
    return select(x > 0.0, number(x, 1.0) - below, below)


TANH_BOUND = f32("0x1.fec416p+2")
"""Where tanh becomes 1."""
TANH_ODD = [f32(c) for c in (1.424892e-8, 2.1235626e-5, 3.533052e-3, 0.13412412, 1)]
TANH_EVEN = [f32(c) for c in (8.136595e-7, 3.347298e-4, 0.026019, 0.46745735, 1)]
"""Coefficients of x**9, x**7, ... x and of x**8, x**6, ... 1 in the quotient that is tanh."""


def tanh(x: Register) -> Register:
    """XNNPACK's f32-vtanh (rational-9-8-div)."""
    v = at_most(size_of(x), TANH_BOUND)
    square = v * v
    quotient = v * polynomial(square, *TANH_ODD) / polynomial(square, *TANH_EVEN)
    return with_sign(quotient, x)


EXP_BOTTOM, EXP_TOP = f32(-87.33655), f32(128)
"""Below the first, the exponential is no normal number; the second power of two is infinite."""
ROUNDER = f32(1.5 * 2.0**23)
"""Numbers near it are integers: adding it rounds. Its last bits count them."""
EXP_ABOVE = [f32(c) for c in (5.5375635e-3, 0.04807804, 0.69314718)]
EXP_BELOW = [f32(c) for c in (0.023987604, -0.27721086, 1)]
"""Coefficients of r**2, r, 1 in 2**r = 1 + r * above(r) / below(r)."""


def exp(x: Register) -> Register:
    """XNNPACK's f32-vexp (rational-3-2-div)."""
    v = at_most(x * LOG2_E, EXP_TOP)
    counted = v + ROUNDER
    r = v - (counted - ROUNDER)
    fraction = r * polynomial(r, *EXP_ABOVE) / polynomial(r, *EXP_BELOW) + 1.0
    scale = float_of((bits_of(counted) + EXPONENT_BIAS) << FRACTION_BITS)
    return select(x < EXP_BOTTOM, number(x, 0.0), fraction * scale)


ODD_ROUNDER = f32(1.5 * 2.0**23 + EXPONENT_BIAS)
"""Like ROUNDER, but odd: it rounds halves to odd integers. Its last bits are an exponent."""
SHORT_LN2_HIGH, SHORT_LN2_LOW = f32(-0.69314575), f32(-1.42860677e-6)
"""-ln 2, of which the first has zeros at its end, so that integers times it are exact."""
EXP_SERIES = [f32(c) for c in (8.2892906e-3, 0.041897822, 0.16667652, 0.4999915, 0.9999997)]
"""Coefficients of t**4, t**3, ... 1 in exp(t) = 1 + t * series(t)."""


def softmax_exp(x: Register) -> Register:
    """The exponential of numbers not above 0 in XNNPACK's f32-raddstoreexpminusmax with
    AVX-512 or AVX2 (rr2-p5)."""
    counted = rounded_product(x, LOG2_E, ODD_ROUNDER)
    n = counted - ODD_ROUNDER
    t = fma(n, number(x, SHORT_LN2_LOW), fma(n, number(x, SHORT_LN2_HIGH), x))
    scale = float_of(bits_of(counted) << FRACTION_BITS)
    power = fma(t * scale, polynomial(t, *EXP_SERIES), scale)
    return select(x < EXP_FLOOR, number(x, 0.0), power)


SQRT2, SQRT_HALF, LN2 = f32("0x1.6a09e4p+0"), f32("0x1.6a09eap-1"), f32(0.69314718)
LOG_ABOVE = [f32(c) for c in (0.18249969, 1, 1)]
LOG_BELOW = [f32(c) for c in (0.049584996, 0.59917003, 1.5, 1)]
"""Coefficients of m**2, m, 1 and m**3, ... 1 in log(1 + m) = m * above(m) / below(m)."""


LOG_NUMBERS = normal_numbers_below(2.0**127)
"""Times SQRT2 they are finite."""


def log_of_normal(x: Register) -> Register:
    """XNNPACK's f32-vlog (rational-3-3-div) of positive normal numbers: x * sqrt(2) = 2**n * m
    with m in [1, 2), so log(x) = n * log(2) + log(m / sqrt(2))."""
    bits = bits_of(x * SQRT2)
    m = float_of((bits & FRACTION) + ONE_BITS) * SQRT_HALF - 1.0
    quotient = m * polynomial(m, *LOG_ABOVE) / polynomial(m, *LOG_BELOW)
    exponent = to_float((bits >> FRACTION_BITS) - EXPONENT_BIAS)
    return fma(exponent, number(x, LN2), quotient)


def log(x: Register) -> Register:
    """Of any x. Numbers smaller than normal count as 0."""
    v = x * SQRT2
    y = select(v < inf, log_of_normal(x), v)
    y = select(v < 0.0, number(x, nan), y)
    return select(is_tiny(x), number(x, -inf), y)


xnnpack_logistic, xnnpack_tanh, xnnpack_exp = each(logistic), each(tanh), each(exp)
xnnpack_softmax_exp = each(softmax_exp)
xnnpack_log = each_in_range(log, log_of_normal, lambda x: is_beyond(x, LOG_NUMBERS))

"""Activations of float32, element by element, in the arithmetic of XNNPACK's kernels, compiled.

NaN stays NaN; results smaller than normal numbers are 0.
"""

from __future__ import annotations

from collections.abc import Sequence

from kernels.compiled.formulas import (
    EXPONENT_BIAS,
    FRACTION_BITS,
    at_least,
    at_most,
    bits_of,
    f32,
    float_of,
    flushed,
    number,
    polynomial,
    size_of,
    with_sign,
)
from kernels.compiled.functions import logistic, rounded_product
from kernels.compiled.loops import each
from kernels.compiled.vector_ir import Register, fma, select

ERF_BOUND = f32(5.163828373)
"""Where erf(x / sqrt(2)) becomes 1."""
ERF_ODD = [
    f32(c)
    for c in (
        4.5835321316e-08,
        1.2609783880e-05,
        3.2973114867e-04,
        9.3065137044e-03,
        6.6972173750e-02,
        7.9788452387e-01,
    )
]
ERF_EVEN = [
    f32(c)
    for c in (
        1.1988805682e-06,
        7.2267655923e-05,
        1.8622842617e-03,
        2.8431978077e-02,
        2.5060352683e-01,
        1,
    )
]
"""Coefficients of x**11, ... x and of x**10, ... 1 in the quotient that is erf(x / sqrt(2))."""

TANH_BOUND = f32(4.84974098)
"""Where the tanh approximation becomes 1."""
TANH_ODD = [
    f32(c)
    for c in (
        4.9544411240e-08,
        1.4302649106e-05,
        2.6887017884e-04,
        7.2898347862e-03,
        6.0803253204e-02,
        7.9788458347e-01,
    )
]
TANH_EVEN = [
    f32(c)
    for c in (
        1.3433452750e-06,
        7.6477612311e-05,
        1.3060354395e-03,
        2.4381054565e-02,
        2.4369759858e-01,
        1,
    )
]
"""The same for the quotient that is tanh(sqrt(2 / pi) * (x + 0.044715 * x**3))."""


def _gelu(x: Register, bound: float, odd: Sequence[float], even: Sequence[float]) -> Register:
    v = at_most(size_of(x), bound)
    square = v * v
    quotient = v * polynomial(square, *odd) / polynomial(square, *even)
    return flushed(x * 0.5) * (with_sign(quotient, x) + 1.0)


def erf_gelu(x: Register) -> Register:
    """XNNPACK's f32-vgelu (rational-12-10-div)."""
    return _gelu(x, ERF_BOUND, ERF_ODD, ERF_EVEN)


def tanh_gelu(x: Register) -> Register:
    """XNNPACK's f32-vapproxgelu (rational-12-10-div)."""
    return _gelu(x, TANH_BOUND, TANH_ODD, TANH_EVEN)


ELU_FLOOR = f32("-0x1.154246p+4")
"""Where exp(x) - 1 becomes -1."""
LOG2_E, MINUS_LN2 = f32("0x1.715476p+0"), f32("-0x1.62E430p-1")
ROUNDER = f32(1.5 * 2.0**23 + EXPONENT_BIAS)
"""Numbers near it are integers: adding it rounds, halves to odd ones. Its last bits are an
exponent."""
ELU_SERIES = [
    f32(c)
    for c in ("0x1.6B7338p-10", "0x1.12278Ep-7", "0x1.555716p-5", "0x1.5554B0p-3", "0x1.FFFFFEp-2")
]
"""Coefficients of t**4, ... 1 in exp(t) = 1 + t + t**2 * series(t)."""


def elu(x: Register) -> Register:
    """XNNPACK's f32-velu with AVX-512 (rr1-p6): exp(x) - 1 below 0."""
    z = at_least(x, ELU_FLOOR)
    counted = rounded_product(z, LOG2_E, ROUNDER)
    scale = float_of(bits_of(counted) << FRACTION_BITS)
    t = fma(counted - ROUNDER, number(x, MINUS_LN2), z)
    p = polynomial(t, *ELU_SERIES) * t
    t = t * scale
    return flushed(select(x < 0.0, fma(p, t, t) + (scale - 1.0), x))


SIXTH = f32(1 / f32(6))


def hard_swish(x: Register) -> Register:
    """XNNPACK's f32-vhswish: x times x / 6 + 1 / 2, which is clamped to [0, 1]."""
    return x * at_most(at_least(polynomial(x, SIXTH, 0.5), 0.0), 1.0)


def swish(x: Register) -> Register:
    """x times the logistic function of x: two operators, rounded as two."""
    return x * logistic(x)


xnnpack_erf_gelu, xnnpack_tanh_gelu, xnnpack_elu = each(erf_gelu), each(tanh_gelu), each(elu)
xnnpack_hard_swish, xnnpack_swish = each(hard_swish), each(swish)

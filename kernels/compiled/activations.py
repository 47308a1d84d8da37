"""Activations of float32, element by element, in the arithmetic of XNNPACK's kernels, compiled.

x and y: (n,) float32; y = f(x). NaN stays NaN; results smaller than normal numbers are 0.
"""

from __future__ import annotations

import numpy as np

from kernels.compiled.loops import each
from kernels.compiled.numbers import FRACTION_BITS, Float32, f32, flushed, with_sign
from kernels.jit import bits_of, float_of, fma, inline

ZERO, HALF, ONE = f32(0), f32(0.5), f32(1)

ERF_BOUND = f32(5.163828373)
"""Where erf(x / sqrt(2)) becomes 1."""
A1, A3, A5, A7, A9, A11 = (
    f32(value)
    for value in (
        7.9788452387e-01,
        6.6972173750e-02,
        9.3065137044e-03,
        3.2973114867e-04,
        1.2609783880e-05,
        4.5835321316e-08,
    )
)
B2, B4, B6, B8, B10 = (
    f32(value)
    for value in (
        2.5060352683e-01,
        2.8431978077e-02,
        1.8622842617e-03,
        7.2267655923e-05,
        1.1988805682e-06,
    )
)
"""Coefficients of x, x**3, ... and of x**2, x**4, ... in the quotient that is erf(x / sqrt(2))."""


@inline
def erf_gelu(x: Float32) -> Float32:
    """XNNPACK's f32-vgelu (rational-12-10-div)."""
    size = abs(x)
    v = ERF_BOUND if size > ERF_BOUND else size
    s = v * v
    p = v * fma(fma(fma(fma(fma(A11, s, A9), s, A7), s, A5), s, A3), s, A1)
    q = fma(fma(fma(fma(fma(B10, s, B8), s, B6), s, B4), s, B2), s, ONE)
    return flushed(x * HALF) * (with_sign(p / q, x) + ONE)


xnnpack_erf_gelu = each(erf_gelu)


TANH_BOUND = f32(4.84974098)
"""Where the tanh approximation becomes 1."""
C1, C3, C5, C7, C9, C11 = (
    f32(value)
    for value in (
        7.9788458347e-01,
        6.0803253204e-02,
        7.2898347862e-03,
        2.6887017884e-04,
        1.4302649106e-05,
        4.9544411240e-08,
    )
)
D2, D4, D6, D8, D10 = (
    f32(value)
    for value in (
        2.4369759858e-01,
        2.4381054565e-02,
        1.3060354395e-03,
        7.6477612311e-05,
        1.3433452750e-06,
    )
)
"""The same for the quotient that is tanh(sqrt(2 / pi) * (x + 0.044715 * x**3))."""


@inline
def tanh_gelu(x: Float32) -> Float32:
    """XNNPACK's f32-vapproxgelu (rational-12-10-div)."""
    size = abs(x)
    v = TANH_BOUND if size > TANH_BOUND else size
    s = v * v
    p = v * fma(fma(fma(fma(fma(C11, s, C9), s, C7), s, C5), s, C3), s, C1)
    q = fma(fma(fma(fma(fma(D10, s, D8), s, D6), s, D4), s, D2), s, ONE)
    return flushed(x * HALF) * (with_sign(p / q, x) + ONE)


xnnpack_tanh_gelu = each(tanh_gelu)


ELU_FLOOR = f32(float.fromhex("-0x1.154246p+4"))
"""Where exp(x) - 1 becomes -1."""
LOG2_E, MINUS_LN2 = f32(float.fromhex("0x1.715476p+0")), f32(float.fromhex("-0x1.62E430p-1"))
ROUNDER = f32(1.5 * 2.0**23 + 127)
"""Numbers near it are integers: adding it rounds, halves to odd ones. Its last bits are an
exponent."""
E2, E3, E4, E5, E6 = (
    f32(float.fromhex(value))
    for value in (
        "0x1.FFFFFEp-2",
        "0x1.5554B0p-3",
        "0x1.555716p-5",
        "0x1.12278Ep-7",
        "0x1.6B7338p-10",
    )
)
"""Coefficients in exp(t) = 1 + t + E2 * t**2 + ... + E6 * t**6."""


@inline
def elu(x: Float32) -> Float32:
    """XNNPACK's f32-velu with AVX-512 (rr1-p6): exp(x) - 1 below 0."""
    z = x if x > ELU_FLOOR else ELU_FLOOR
    rounded = fma(z, LOG2_E, ROUNDER)
    scale = float_of(np.int32(bits_of(rounded) << FRACTION_BITS))
    t = fma(rounded - ROUNDER, MINUS_LN2, z)
    p = fma(fma(fma(fma(E6, t, E5), t, E4), t, E3), t, E2) * t
    t *= scale
    return flushed(fma(p, t, t) + (scale - ONE) if x < ZERO else x)


xnnpack_elu = each(elu)

SIXTH = np.reciprocal(f32(6))


@inline
def hard_swish(x: Float32) -> Float32:
    """XNNPACK's f32-vhswish: x times x / 6 + 1 / 2, which is clamped to [0, 1]."""
    gate = fma(x, SIXTH, HALF)
    gate = ZERO if gate < ZERO else gate
    return x * (ONE if gate > ONE else gate)


xnnpack_hard_swish = each(hard_swish)

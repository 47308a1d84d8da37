"""Functions of float32, element by element, in the arithmetic of LiteRT's kernels, compiled.

x and y: (n,) float32; y = f(x). NaN stays NaN; results smaller than float32's normal numbers
are 0 where the formula is XNNPACK's.
"""

from __future__ import annotations

import math

import numpy as np

from kernels.field_types import FLOATS, Array
from kernels.jit import bits_of, float_of, fma, kernel, rsqrt14, square_root

f32 = np.float32

STEPS = 32
"""Parts into which XNNPACK's exponential divides a power of two."""
PARTS = np.exp2(np.arange(STEPS) / STEPS).astype(f32)
POWERS = np.ldexp(f32(1), -np.arange(128))
"""1, 1/2, 1/4, ..."""
EXP_SCALES = np.concatenate([[0], np.ldexp(1.0, np.arange(-126, 128)), [np.inf]]).astype(f32)
LOG2_E, HALF, ONE = f32(1.44269504), f32(0.5), f32(1)
MINUS_LN2_HIGH, MINUS_LN2_LOW = f32(-0.69314718), f32(1.9046542e-9)
"""-ln 2, and what its rounding to float32 leaves."""
SLOPE = f32(1.0000147)
"""The linear coefficient of exp(t) = 1 + t * (SLOPE + t / 2) for small t."""
ROUNDER = f32(1.5 * 2.0**18)
"""Numbers near it are multiples of 1 / STEPS: adding it rounds."""
LOGISTIC_FLOOR = f32(-88)
"""The logistic function is no normal number here."""
SMALLEST_NORMAL = f32(2.0**-126)


@kernel(FLOATS, FLOATS)
def xnnpack_logistic(x: Array, y: Array, begin: int, end: int) -> None:
    """XNNPACK's f32-vsigmoid with AVX-512 (rr2-lut32-p2-perm2-scalef-div): e / (e + 1), where
    e = exp(-|x|) = 2**n * exp(t), n a multiple of 1 / STEPS."""
    for i in range(begin, end):
        z = -abs(x[i])
        if not z > LOGISTIC_FLOOR:
            z = LOGISTIC_FLOOR
        n = fma(z, LOG2_E, ROUNDER) - ROUNDER
        steps = int(n * f32(STEPS))
        part = PARTS[steps % STEPS]
        t = fma(n, MINUS_LN2_LOW, fma(n, MINUS_LN2_HIGH, z))
        e = fma(t * part, fma(t, HALF, SLOPE), part) * POWERS[-(steps // STEPS)]
        if e < SMALLEST_NORMAL:
            e = f32(0)
        below = e / (e + ONE)
        if math.isnan(x[i]):
            y[i] = x[i]
        elif math.copysign(ONE, x[i]) < 0:
            y[i] = below
        else:
            y[i] = ONE - below


TANH_BOUND = f32(float.fromhex("0x1.fec416p+2"))
"""Where tanh becomes 1."""
P1, P3, P5, P7, P9 = (
    f32(value) for value in (1, 0.13412412, 3.533052e-3, 2.1235626e-5, 1.424892e-8)
)
Q0, Q2, Q4, Q6, Q8 = (f32(value) for value in (1, 0.46745735, 0.026019, 3.347298e-4, 8.136595e-7))
"""Coefficients of x, x**3, ... and of 1, x**2, ... in the quotient that is tanh."""


@kernel(FLOATS, FLOATS)
def xnnpack_tanh(x: Array, y: Array, begin: int, end: int) -> None:
    """XNNPACK's f32-vtanh (rational-9-8-div)."""
    for i in range(begin, end):
        v = x[i]
        if v > TANH_BOUND:
            v = TANH_BOUND
        if v < -TANH_BOUND:
            v = -TANH_BOUND
        s = v * v
        p = fma(fma(fma(fma(P9, s, P7), s, P5), s, P3), s, P1)
        q = fma(fma(fma(fma(Q8, s, Q6), s, Q4), s, Q2), s, Q0)
        y[i] = v * p / q


EXP_BOTTOM, EXP_TOP = f32(-127), f32(128)
"""Powers of two that are 0 and infinite."""
INTEGER_ROUNDER = f32(1.5 * 2.0**23)
"""Numbers near it are integers: adding it rounds."""
E1, E2, E3 = f32(0.69314718), f32(0.04807804), f32(5.5375635e-3)
F1, F2 = f32(-0.27721086), f32(0.023987604)
"""Coefficients in 2**r = 1 + r * (E1 + E2 * r + E3 * r**2) / (1 + F1 * r + F2 * r**2)."""


@kernel(FLOATS, FLOATS)
def xnnpack_exp(x: Array, y: Array, begin: int, end: int) -> None:
    """XNNPACK's f32-vexp (rational-3-2-div)."""
    for i in range(begin, end):
        v = x[i] * LOG2_E
        if not v > EXP_BOTTOM:
            v = EXP_BOTTOM
        if v > EXP_TOP:
            v = EXP_TOP
        n = (v + INTEGER_ROUNDER) - INTEGER_ROUNDER
        r = v - n
        p = r * fma(fma(E3, r, E2), r, E1)
        q = fma(fma(F2, r, F1), r, ONE)
        power = (p / q + ONE) * EXP_SCALES[int(n - EXP_BOTTOM)]
        if math.isnan(x[i]):
            y[i] = x[i]
        elif power < SMALLEST_NORMAL:
            y[i] = 0
        else:
            y[i] = power


SOFTMAX_ROUNDER = f32(1.5 * 2.0**23 + 127)
"""Like INTEGER_ROUNDER, but odd: it rounds halves to odd integers."""
SHORT_LN2_HIGH, SHORT_LN2_LOW = f32(-0.69314575), f32(-1.42860677e-6)
"""-ln 2, of which the first has zeros at its end, so that integers times it are exact."""
G1, G2, G3, G4, G5 = (
    f32(value) for value in (0.9999997, 0.4999915, 0.16667652, 0.041897822, 8.2892906e-3)
)
"""Coefficients in exp(t) = 1 + G1 * t + G2 * t**2 + ... + G5 * t**5."""
SOFTMAX_FLOOR = f32(-87.33654)
"""The exponential is no normal number here."""


@kernel(FLOATS, FLOATS)
def xnnpack_softmax_exp(x: Array, y: Array, begin: int, end: int) -> None:
    """The exponential of numbers not above 0 in XNNPACK's f32-raddstoreexpminusmax with
    AVX-512 or AVX2 (rr2-p5)."""
    for i in range(begin, end):
        z = x[i]
        if math.isnan(z) or z < SOFTMAX_FLOOR:
            y[i] = z if math.isnan(z) else f32(0)
        else:
            n = fma(z, LOG2_E, SOFTMAX_ROUNDER) - SOFTMAX_ROUNDER
            t = fma(n, SHORT_LN2_LOW, fma(n, SHORT_LN2_HIGH, z))
            p = fma(fma(fma(fma(G5, t, G4), t, G3), t, G2), t, G1)
            scale = EXP_SCALES[int(n - EXP_BOTTOM)]
            y[i] = fma(t * scale, p, scale)


FRACTION_BITS, EXPONENT_BIAS = np.int32(23), np.int32(127)
FRACTION, ONE_BITS = np.int32(2**23 - 1), np.int32(127 << 23)
"""Of float32: where the exponent begins, its bias, the fraction, the bits of 1."""

SQRT2, SQRT_HALF = f32(float.fromhex("0x1.6a09e4p+0")), f32(float.fromhex("0x1.6a09eap-1"))
LN2 = f32(0.69314718)
L2, L3 = f32(1), f32(0.18249969)
M1, M2, M3 = f32(1.5), f32(0.59917003), f32(0.049584996)
"""Coefficients in log(1 + m) = m * (1 + L2 * m + L3 * m**2) / (1 + M1 * m + ... M3 * m**3)."""


@kernel(FLOATS, FLOATS)
def xnnpack_log(x: Array, y: Array, begin: int, end: int) -> None:
    """XNNPACK's f32-vlog (rational-3-3-div): x * sqrt(2) = 2**n * m with m in [1, 2), so
    log(x) = n * log(2) + log(m / sqrt(2)). Numbers smaller than normal count as 0."""
    for i in range(begin, end):
        v = x[i] * SQRT2
        if math.isnan(v) or v == math.inf:
            y[i] = v
        elif abs(x[i]) < SMALLEST_NORMAL:
            y[i] = -math.inf
        elif v < 0:
            y[i] = math.nan
        else:
            bits = bits_of(v)
            m = float_of((bits & FRACTION) | ONE_BITS) * SQRT_HALF - ONE
            p = m * fma(fma(L3, m, L2), m, ONE)
            q = fma(fma(fma(M3, m, M2), m, M1), m, ONE)
            y[i] = fma(f32((bits >> FRACTION_BITS) - EXPONENT_BIAS), LN2, p / q)


@kernel(FLOATS, FLOATS)
def xnnpack_sqrt(x: Array, y: Array, begin: int, end: int) -> None:
    """XNNPACK's f32-vsqrt with AVX-512 (rsqrt): x times an estimate of 1 / sqrt(x) after a step
    of Newton's method. Numbers smaller than normal count as 0.

    Where the estimate's square is no normal number, or there is no AVX-512, it is the rounded
    root: above 2**126, where XNNPACK takes that square for 0, XNNPACK's root is half too large.
    """
    for i in range(begin, end):
        v = x[i]
        if abs(v) < SMALLEST_NORMAL:
            v = math.copysign(f32(0), v)
        estimate = rsqrt14(v)
        square = estimate * estimate
        if SMALLEST_NORMAL <= square < math.inf:
            y[i] = v * (estimate - (v * square - ONE) * (HALF * estimate))
        else:
            y[i] = square_root(v)


@kernel(FLOATS, FLOATS)
def xnnpack_rsqrt(x: Array, y: Array, begin: int, end: int) -> None:
    """XNNPACK's f32-vrsqrt with AVX-512 (rsqrt), as ``xnnpack_sqrt``; of 0 it is infinite,
    which XNNPACK makes NaN."""
    for i in range(begin, end):
        v = x[i]
        if abs(v) < SMALLEST_NORMAL:
            v = math.copysign(f32(0), v)
        estimate = rsqrt14(v)
        square = estimate * estimate
        if SMALLEST_NORMAL <= square < math.inf:
            y[i] = estimate - (v * square - ONE) * (HALF * estimate)
        else:
            y[i] = ONE / square_root(v)


@kernel(FLOATS, FLOATS)
def libm_log(x: Array, y: Array, begin: int, end: int) -> None:
    """C's logf."""
    for i in range(begin, end):
        y[i] = math.log(x[i])


@kernel(FLOATS, FLOATS)
def libm_exp(x: Array, y: Array, begin: int, end: int) -> None:
    """C's expf, which TFLite's reference kernels call."""
    for i in range(begin, end):
        y[i] = math.exp(x[i])


@kernel(FLOATS, FLOATS)
def libm_erf(x: Array, y: Array, begin: int, end: int) -> None:
    """C's erff."""
    for i in range(begin, end):
        y[i] = math.erf(x[i])


@kernel(FLOATS, FLOATS)
def libm_tanh(x: Array, y: Array, begin: int, end: int) -> None:
    """C's tanhf."""
    for i in range(begin, end):
        y[i] = math.tanh(x[i])


@kernel(FLOATS, FLOATS, FLOATS)
def libm_pow(x: Array, y: Array, z: Array, begin: int, end: int) -> None:
    """z = x ** y by C's powf, which TFLite's kernels call."""
    for i in range(begin, end):
        z[i] = math.pow(x[i], y[i])

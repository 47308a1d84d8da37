"""Functions of float32, element by element, in the arithmetic of LiteRT's kernels, compiled.

x and y: (n,) float32; y = f(x). NaN stays NaN; results smaller than float32's normal numbers
are 0 where the formula is XNNPACK's.
"""

from __future__ import annotations

import math

import numpy as np

from kernels.jit import INPUT, OUTPUT, fma, jit
from kernels.node import Array

f32 = np.float32

STEPS = 32
"""Parts into which XNNPACK's exponential divides a power of two."""
PARTS = np.exp2(np.arange(STEPS) / STEPS).astype(f32)
POWERS = np.ldexp(f32(1), -np.arange(128))
"""1, 1/2, 1/4, ..."""
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


@jit(INPUT[1], OUTPUT[1])
def xnnpack_logistic(x: Array, y: Array) -> None:
    """XNNPACK's f32-vsigmoid with AVX-512 (rr2-lut32-p2-perm2-scalef-div): e / (e + 1), where
    e = exp(-|x|) = 2**n * exp(t), n a multiple of 1 / STEPS."""
    for i in range(x.size):
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


@jit(INPUT[1], OUTPUT[1])
def xnnpack_tanh(x: Array, y: Array) -> None:
    """XNNPACK's f32-vtanh (rational-9-8-div)."""
    for i in range(x.size):
        v = x[i]
        if v > TANH_BOUND:
            v = TANH_BOUND
        if v < -TANH_BOUND:
            v = -TANH_BOUND
        s = v * v
        p = fma(fma(fma(fma(P9, s, P7), s, P5), s, P3), s, P1)
        q = fma(fma(fma(fma(Q8, s, Q6), s, Q4), s, Q2), s, Q0)
        y[i] = v * p / q


@jit(INPUT[1], OUTPUT[1])
def libm_exp(x: Array, y: Array) -> None:
    """C's expf, which TFLite's reference kernels call."""
    for i in range(x.size):
        y[i] = math.exp(x[i])


@jit(INPUT[1], OUTPUT[1])
def libm_tanh(x: Array, y: Array) -> None:
    """C's tanhf."""
    for i in range(x.size):
        y[i] = math.tanh(x[i])

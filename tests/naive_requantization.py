"""The roundings of LiteRT's kernels as their sources define them, in unbounded integers.

Paths are those of google-ai-edge/LiteRT, ``fixedpoint.h`` is gemmlowp's.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np


def quantize_multiplier(real):
    """quantization_util.cc, QuantizeMultiplier."""
    if real == 0:
        return 0, 0
    fraction, shift = math.frexp(real)
    value = math.floor(fraction * 2**31 + 0.5)
    if value == 2**31:
        value, shift = value // 2, shift + 1
    return (0, 0) if shift < -31 else (value, shift)


def high_mul(a, b):
    """fixedpoint.h, SaturatingRoundingDoublingHighMul: the division truncates."""
    if a == b == -(2**31):
        return 2**31 - 1
    product = a * b
    nudged = product + (2**30 if product >= 0 else 1 - 2**30)
    return abs(nudged) // 2**31 * (1 if nudged >= 0 else -1)


def divide_by_pot(x, exponent):
    """fixedpoint.h, RoundingDivideByPOT."""
    mask = 2**exponent - 1
    threshold = (mask >> 1) + (1 if x < 0 else 0)
    return (x >> exponent) + (1 if x & mask > threshold else 0)


def wrap(x):
    return (x + 2**31) % 2**32 - 2**31


def multiply(x, value, shift):
    """common.cc, double rounding."""
    return divide_by_pot(high_mul(wrap(x << max(shift, 0)), value), max(-shift, 0))


def multiply_wide(x, value, shift):
    """common.cc, of an int64."""
    reduced = (value + (1 << 15)) >> 16 if value < 0x7FFF0000 else 0x7FFF
    total = 15 - shift
    return wrap((x * reduced + (1 << (total - 1))) >> total)


def multiply_up(x, value, shift):
    """As ``multiply``, but the division by a power of two rounds halves up."""
    high, right = high_mul(wrap(x << max(shift, 0)), value), max(-shift, 0)
    return math.floor(Fraction(high, 2**right) + Fraction(1, 2)) if right else high


def multiply_real(x, real):
    """reference/integer_ops/fully_connected.h."""
    product = x * real
    return int(math.copysign(math.floor(abs(product) + 0.5), product))


def multiply_fp32(x, real):
    """qs8-requantization/fp32.c; ``real`` is float32."""
    return round(float(np.float32(x) * np.float32(real)))

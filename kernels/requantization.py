"""From accumulators to quantized integers: real multipliers as TFLite and XNNPACK apply them.

Functions are named after what they equal, bit for bit, and take and return int64 arrays that
broadcast. Sources: ``tflite/kernels/internal/{common,quantization_util}.cc`` of
google-ai-edge/LiteRT, ``fixedpoint/fixedpoint.h`` of google/gemmlowp, ``src/qs8-requantization`` of
google/XNNPACK; what the optimized kernels do is measured.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kernels.node import Array

FRACTION_BITS = 31
"""Of a multiplier: it stands for ``value / 2**31 * 2**shift``."""
LEAST_SHIFT = -31
"""Below it every product is shifted out; the multiplier becomes 0."""
WIDE_FRACTION_BITS = 15
"""What is left of a multiplier where the accumulator has 64 bits."""
VECTOR_CHANNELS, VECTOR_ELEMENTS = 8, 16
"""What optimized kernels requantize at a time: of the channels, or of the whole output."""
_WIDE_DROPPED_BITS = FRACTION_BITS + 1 - 16
_WIDE_LARGEST = (1 << WIDE_FRACTION_BITS) - 1


@dataclass(frozen=True)
class Multiplier:
    """Real multipliers in fixed point: ``value * 2**(shift - 31)``.

    value: int64 in [2**30, 2**31), or 0; shift: int64, of the same shape.
    """

    value: Array
    shift: Array

    @classmethod
    def of(cls, real: ArrayLike) -> Multiplier:
        """Equals ``QuantizeMultiplier`` for each real multiplier (float64)."""
        fraction, exponent = np.frexp(np.asarray(real, np.float64))
        value = _round_half_away(np.ldexp(fraction, FRACTION_BITS)).astype(np.int64)
        shift = exponent.astype(np.int64)
        carries = np.abs(value) == 1 << FRACTION_BITS
        value, shift = np.where(carries, value // 2, value), shift + carries
        vanishes = shift < LEAST_SHIFT
        return cls(np.where(vanishes, 0, value), np.where(vanishes, 0, shift))


def _round_half_away(x: Array) -> Array:
    rounded: Array = np.trunc(x + np.copysign(0.5, x))
    return rounded


def saturating_rounding_doubling_high_mul(a: ArrayLike, b: ArrayLike) -> Array:
    """``a * b / 2**31`` of int32 values, halves rounded up; -2**31 squared saturates.

    Equals gemmlowp's ``SaturatingRoundingDoublingHighMul``.
    """
    product = np.asarray(a, np.int64) * np.asarray(b, np.int64)
    high: Array = (product + (1 << FRACTION_BITS - 1)) >> FRACTION_BITS
    return np.minimum(high, (1 << FRACTION_BITS) - 1)


def rounding_divide_by_pot(x: ArrayLike, exponent: ArrayLike) -> Array:
    """``x / 2**exponent``, halves rounded away from zero. Equals ``RoundingDivideByPOT``."""
    x, exponent = np.asarray(x, np.int64), np.asarray(exponent, np.int64)
    half = (np.int64(1) << exponent) >> 1
    rounded: Array = (x + half - ((x < 0) & (exponent > 0))) >> exponent
    return rounded


def multiply_by_quantized_multiplier(x: ArrayLike, multiplier: Multiplier) -> Array:
    """``x`` (int32 values) times the multiplier, rounded twice.

    Equals ``MultiplyByQuantizedMultiplier(int32)``; with a shift up to 0 also
    ``...SmallerThanOneExp``, from 0 on ``...GreaterThanOne``. A shift to the left wraps.
    """
    left = np.maximum(multiplier.shift, 0)
    shifted = (np.asarray(x, np.int64) << left).astype(np.int32)
    high = saturating_rounding_doubling_high_mul(shifted, multiplier.value)
    return rounding_divide_by_pot(high, np.maximum(-multiplier.shift, 0))


def multiply_by_quantized_multiplier_rounding_up(x: ArrayLike, multiplier: Multiplier) -> Array:
    """``x`` (int32 values) times the multiplier, rounded twice, halves up both times.

    Equals what the optimized kernels end with where they use vectors (ruy, NEON).
    """
    left, right = np.maximum(multiplier.shift, 0), np.maximum(-multiplier.shift, 0)
    shifted = (np.asarray(x, np.int64) << left).astype(np.int32)
    high = saturating_rounding_doubling_high_mul(shifted, multiplier.value)
    rounded: Array = (high + ((np.int64(1) << right) >> 1)) >> right
    return rounded


def multiply_in_vectors(x: ArrayLike, multiplier: Multiplier, whole: Array) -> Array:
    """``...rounding_up`` where ``whole``, else ``multiply_by_quantized_multiplier``.

    Equals optimized kernels with vectors, and what is left over, which goes one by one.
    """
    up = multiply_by_quantized_multiplier_rounding_up(x, multiplier)
    return np.where(whole, up, multiply_by_quantized_multiplier(x, multiplier))


def in_whole_vectors(count: int, width: int) -> Array:
    """(count,) bool: which elements are in a whole vector of that width."""
    return np.arange(count) < count // width * width


def multiply_wide_by_quantized_multiplier(x: ArrayLike, multiplier: Multiplier) -> Array:
    """``x`` (up to 48 bits) times the multiplier cut to 16 bits, rounded once, halves up.

    Equals ``MultiplyByQuantizedMultiplier(int64)``, which int16 operators end with.
    """
    half = 1 << _WIDE_DROPPED_BITS - 1
    reduced = np.minimum((multiplier.value + half) >> _WIDE_DROPPED_BITS, _WIDE_LARGEST)
    total = WIDE_FRACTION_BITS - multiplier.shift
    product = np.asarray(x, np.int64) * reduced + (np.int64(1) << total - 1)
    wrapped: Array = (product >> total).astype(np.int32).astype(np.int64)
    return wrapped


def multiply_by_real(x: ArrayLike, scale: ArrayLike) -> Array:
    """``round(float64(x) * scale)``, halves away from zero, as int64; it saturates to int32.

    Equals how the reference FULLY_CONNECTED ends. ``scale`` is float64.
    """
    product = _round_half_away(np.asarray(x, np.float64) * np.asarray(scale, np.float64))
    limits = np.iinfo(np.int32)
    clipped: Array = np.clip(product, limits.min, limits.max).astype(np.int64)
    return clipped


def requantize_fp32(x: ArrayLike, scale: ArrayLike) -> Array:
    """``rint(float32(x) * scale)`` in float32, halves to even, as int64.

    Equals XNNPACK's fp32 requantization (``xnn_qs8_requantize_fp32``) before it adds the zero
    point. ``scale`` is float32, and small enough for the result to matter: it saturates.
    """
    product = np.asarray(x, np.float32) * np.asarray(scale, np.float32)
    limit = np.float32(1 << FRACTION_BITS)
    return np.rint(np.clip(product, -limit, limit)).astype(np.int64)


def saturate(x: Array, dtype: type[np.integer] | np.dtype[np.integer]) -> Array:
    """``x`` clamped to the integer type, and of that type."""
    limits = np.iinfo(dtype)
    return np.clip(x, limits.min, limits.max).astype(dtype)

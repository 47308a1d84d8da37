"""The logistic function and tanh of quantized integers, as TFLite's reference kernels compute
them: bytes in gemmlowp's fixed point, int16 by interpolation in one table.

Source: ``tflite/kernels/internal/reference/integer_ops/{logistic,tanh}.h`` and
``tflite/kernels/activations.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kernels.fixed_point import INT16, INT32, input_radius
from kernels.logistic_table import LOGISTIC_TABLE
from kernels.node import REFERENCE, Array
from kernels.per_tensor import PerTensor
from kernels.requantization import (
    Multiplier,
    multiply_by_quantized_multiplier,
    rounding_divide_by_pot,
)

Compute = Callable[[Array], Array]
"""From integers without their zero point to steps of the output's scale above its lowest code
(logistic) or above its zero point (tanh)."""

INTEGER_BITS = 4
"""Of the fixed-point numbers that the functions of bytes take."""
LOGISTIC_BITS, TANH_BITS = 8, 7
"""Of the fraction in the results of bytes."""

WIDE_INTEGER_BITS = 3
"""Of int16 that stand for -8 to 8."""
UNIT_BITS = 15 - WIDE_INTEGER_BITS
LARGEST_MULTIPLIER = 32767 / 2
LARGEST_SHIFT = 30


def fixed_logistic(given: PerTensor) -> Compute:
    """Of bytes; results are 0 to 256 steps of 1/256."""
    return _fixed(given, INT32.logistic, INT32.bits - LOGISTIC_BITS, (0, 1 << LOGISTIC_BITS))


def fixed_tanh(given: PerTensor) -> Compute:
    """Of bytes; results are -128 to 128 steps of 1/128."""
    limit = 1 << TANH_BITS
    return _fixed(given, INT32.tanh, INT32.bits - TANH_BITS, (-limit, limit))


def _fixed(
    given: PerTensor,
    function: Callable[[Array, int], Array],
    dropped_bits: int,
    beyond: tuple[int, int],
) -> Compute:
    multiplier = Multiplier.of(float(given.scale) * 2.0 ** (INT32.bits - INTEGER_BITS))
    radius = input_radius(INTEGER_BITS, int(multiplier.shift))

    def compute(x: Array) -> Array:
        inside = multiply_by_quantized_multiplier(np.clip(x, -radius, radius), multiplier)
        result = rounding_divide_by_pot(function(inside, INTEGER_BITS), dropped_bits)
        low, high = beyond
        return np.where(x <= -radius, low, np.where(x >= radius, high, result))

    return compute


@dataclass(frozen=True)
class _TableScale:
    """Brings int16 to 1 / (3 * 4096) per step: ``(x * multiplier + half) >> shift``."""

    multiplier: int
    shift: int

    @classmethod
    def of(cls, given: PerTensor, left_shift: int | None) -> _TableScale:
        if left_shift is not None:
            return cls(3 << left_shift, 0)
        multiplier, shift = float(given.scale) * (3 << UNIT_BITS), 0
        while multiplier <= LARGEST_MULTIPLIER and shift <= LARGEST_SHIFT:
            multiplier, shift = multiplier * 2, shift + 1
        return cls(int(multiplier), shift)

    def __call__(self, x: Array) -> Array:
        half = 1 << self.shift - 1 if self.shift else 0
        scaled: Array = (x * self.multiplier + half) >> self.shift
        return scaled


def _left_shift(given: PerTensor, allowed: tuple[int, ...]) -> int | None:
    """By how many powers of two the scale exceeds 1/4096, if that is one of ``allowed``."""
    fraction, exponent = np.frexp(given.scale)
    above = int(exponent) - 1 + UNIT_BITS
    return above if fraction == 0.5 and above in allowed else None


def wide_logistic(given: PerTensor, numerics: str) -> Compute:
    """Of int16; results are 0 to 32767 steps of 1/32768.

    TFLite's optimized kernel, for a scale of 1/4096, is gemmlowp's.
    """
    left_shift = _left_shift(given, (0,))
    if left_shift is not None and numerics != REFERENCE:
        return lambda x: INT16.logistic(x, WIDE_INTEGER_BITS)
    scale = _TableScale.of(given, left_shift)

    def compute(x: Array) -> Array:
        scaled = scale(x)
        result = _interpolate(np.abs(scaled), 9, 0x7FFF << 10)
        mirrored = np.where(scaled >= 0, result + (1 << 9), (1 << 25) - result + (1 << 9) - 1)
        return mirrored >> 10

    return compute


def wide_tanh(given: PerTensor, numerics: str) -> Compute:
    """Of int16; results are -32768 to 32767 steps of 1/32768.

    TFLite's optimized kernel, for a scale of 1/4096 or 1/2048, is gemmlowp's.
    """
    left_shift = _left_shift(given, (0, 1))
    if left_shift is not None and numerics != REFERENCE:
        return lambda x: INT16.tanh(INT16.left_shift(x, left_shift), WIDE_INTEGER_BITS)
    scale = _TableScale.of(given, left_shift)

    def compute(x: Array) -> Array:
        scaled = scale(x)
        result = _interpolate(np.abs(scaled), 8, 0xFFFF << 8) - (1 << 23)
        mirrored = np.where(scaled >= 0, result + (1 << 7), -result + (1 << 7) - 1)
        return mirrored >> 8

    return compute


def _interpolate(x: Array, bits: int, beyond: int) -> Array:
    place = np.minimum(x >> bits, len(LOGISTIC_TABLE) - 2)
    low, high = np.take(LOGISTIC_TABLE, place), np.take(LOGISTIC_TABLE, place + 1)
    inside = (low << bits) + (x & (1 << bits) - 1) * (high - low)
    return np.where(x >> bits >= len(LOGISTIC_TABLE) - 1, beyond, inside)

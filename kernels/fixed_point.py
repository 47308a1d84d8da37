"""Transcendental functions of fixed-point numbers, as gemmlowp computes them.

A number with ``i`` integer bits is an integer times 2**(i - bits), ``bits`` being 31 for int32
and 15 for int16. Arrays are int64 that hold such values; all functions are exact to the bit.
Source: ``fixedpoint/fixedpoint.h`` of google/gemmlowp; ``GetReciprocal`` of
``tflite/kernels/internal/common.h`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

import numpy as np

from kernels.node import Array
from kernels.requantization import rounding_divide_by_pot

EXP_MINUS_EIGHTH = 1895147668
THIRD = 715827883
EXP_MINUS_POWERS = {
    -2: 1672461947,
    -1: 1302514674,
    0: 790015084,
    1: 290630308,
    2: 39332535,
    3: 720401,
    4: 242,
}
"""exp(-2**k) with no integer bits, in 31 bits; so are all constants."""
DIVISION_BITS = 2
"""Integer bits of the numbers in Newton's division."""
C48_OVER_17, MINUS_32_OVER_17 = 1515870810, -1010580540
DIVISION_STEPS = 3
CONSTANT_BITS = 31


@dataclass(frozen=True)
class FixedPoint:
    """Arithmetic in so many bits besides the sign: 31 or 15."""

    bits: int

    @property
    def one(self) -> int:
        """1 with no integer bits: what comes nearest."""
        return (1 << self.bits) - 1

    def times(self, a: Array | int, b: Array | int) -> Array:
        """Rounded, halves up, saturated. Equals ``SaturatingRoundingDoublingHighMul``."""
        product = np.asarray(a, np.int64) * np.asarray(b, np.int64)
        high: Array = np.minimum((product + (1 << self.bits - 1)) >> self.bits, self.one)
        return high

    def left_shift(self, x: Array, by: int) -> Array:
        """``x * 2**by``, saturated. Equals ``SaturatingRoundingMultiplyByPOT``."""
        shifted: Array = np.clip(x << by, -(1 << self.bits), self.one)
        return shifted

    def constant(self, value: int) -> int:
        """One of the constants in these bits."""
        return int(rounding_divide_by_pot(value, CONSTANT_BITS - self.bits))

    def exp_on_negative_values(self, a: Array, integer_bits: int) -> Array:
        """exp(a) for a <= 0; no integer bits in the result."""
        fraction_bits = self.bits - integer_bits
        quarter = 1 << fraction_bits - 2
        below_quarter = (a & (quarter - 1)) - quarter
        remainder = below_quarter - a
        result = self._exp_near_zero(self.left_shift(below_quarter, integer_bits))
        for power, factor in EXP_MINUS_POWERS.items():
            if power < integer_bits:
                has_power = remainder & (1 << fraction_bits + power) != 0
                result = np.where(has_power, self.times(result, self.constant(factor)), result)
        return np.where(a == 0, self.one, result)

    def _exp_near_zero(self, a: Array) -> Array:
        """exp(a) for a in [-1/4, 0), by its series around -1/8."""
        x = a + (1 << self.bits - 3)
        square = self.times(x, x)
        cube, fourth = self.times(square, x), self.times(square, square)
        quarter_fourth = rounding_divide_by_pot(fourth, 2)
        thirds = self.times(quarter_fourth + cube, self.constant(THIRD))
        tail = rounding_divide_by_pot(thirds + square, 1)
        middle = self.constant(EXP_MINUS_EIGHTH)
        return np.asarray(np.minimum(middle + self.times(middle, x + tail), self.one))

    def _reciprocal_of_half_sum(self, a: Array) -> Array:
        """2 / (1 + a) for a in [0, 1], with DIVISION_BITS integer bits: Newton's method."""
        half_denominator = (a + self.one + 1) >> 1
        one = 1 << self.bits - DIVISION_BITS
        slope = self.constant(MINUS_32_OVER_17)
        x = self.constant(C48_OVER_17) + self.times(half_denominator, slope)
        for _ in range(DIVISION_STEPS):
            error = one - self.times(half_denominator, x)
            x = x + self.left_shift(self.times(x, error), DIVISION_BITS)
        return x

    def one_over_one_plus_x(self, a: Array) -> Array:
        """1 / (1 + a) for a in [0, 1], no integer bits."""
        return self.left_shift(self._reciprocal_of_half_sum(a), 1)

    def logistic(self, a: Array, integer_bits: int) -> Array:
        """1 / (1 + exp(-a)), no integer bits in the result."""
        power = self.exp_on_negative_values(-np.abs(a), integer_bits)
        positive = self.one_over_one_plus_x(power)
        result = np.where(a > 0, positive, self.one - positive)
        return np.where(a == 0, 1 << self.bits - 1, result)

    def tanh(self, a: Array, integer_bits: int) -> Array:
        """The hyperbolic tangent, no integer bits in the result."""
        power = self.exp_on_negative_values(-np.abs(a), integer_bits + 1)
        one = 1 << self.bits - DIVISION_BITS
        magnitude = self.left_shift(self._reciprocal_of_half_sum(power) - one, DIVISION_BITS)
        return np.where(a == 0, 0, np.where(a < 0, -magnitude, magnitude))


INT32, INT16 = FixedPoint(31), FixedPoint(15)


def input_radius(integer_bits: int, left_shift: int) -> int:
    """Numbers this far from 0 leave the integer bits when they are shifted to the left.

    Equals ``CalculateInputRadius``.
    """
    reach = ((1 << integer_bits) - 1) * 2.0 ** (INT32.bits - integer_bits)
    return floor(reach / 2.0**left_shift)


def count_leading_zeros(x: Array) -> Array:
    """Of numbers from 0 up in 32 bits. Equals ``CountLeadingZeros``."""
    _, bits = np.frexp(x.astype(np.float64))
    return (INT32.bits + 1 - bits).astype(np.int64)


def count_leading_sign_bits(x: Array) -> Array:
    """How far int32 values can be shifted to the left. Equals ``CountLeadingSignBits``."""
    return count_leading_zeros(np.where(x < 0, ~x, x)) - 1


def reciprocal(x: Array, integer_bits: int) -> tuple[Array, Array]:
    """1 / x of positive numbers with so many integer bits: a mantissa without integer bits, and
    how many bits it is to be shifted right. Equals ``GetReciprocal``."""
    leading = count_leading_zeros(x)
    fraction = (x << leading) - (1 << INT32.bits)
    return INT32.one_over_one_plus_x(fraction), integer_bits - leading

"""1 / sqrt of integers in fixed point, by Newton's method.

Source: ``GetInvSqrtQuantizedMultiplierExp`` of ``tflite/kernels/internal/common.cc`` of
google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.fixed_point import INT32, count_leading_zeros
from kernels.node import Array
from kernels.requantization import Multiplier, rounding_divide_by_pot

LARGEST = 1 << 29
NEWTON_INTEGER_BITS = 3
NEWTON_STEPS = 5
HALF_THREE = 3 << 27
"""3/2 with NEWTON_INTEGER_BITS."""
ROOT_HALF = 1518500250
"""The root of 1/2 with no integer bits."""
REVERSE_SHIFT = -1


def inverse_root(squares: Array) -> Multiplier:
    """1 / sqrt(squares) of int64 from 0 on; of 0 and 1 the largest."""
    shift = np.full(squares.shape, 11)
    large = np.maximum(squares, 1)
    for _ in range(INT32.bits):
        too_large = large >= LARGEST
        large, shift = np.where(too_large, large >> 2, large), shift + too_large
    headroom = (count_leading_zeros(large) - 1) // 2 - 1
    shift = shift - headroom
    large = large << 2 * headroom
    value = _newton(large)
    left = np.minimum(shift, 0)
    value, shift = value << -left, shift - left
    tiny = squares <= 1
    exponent = np.where(tiny, 0, shift) * REVERSE_SHIFT
    return Multiplier(np.where(tiny, INT32.one, value), exponent)


def _newton(squares: Array) -> Array:
    """1 / sqrt(squares) by Newton's method, starting at 1."""
    bits = NEWTON_INTEGER_BITS
    x = np.full(squares.shape, 1 << INT32.bits - bits)
    half = rounding_divide_by_pot(squares >> 1, 1)
    for _ in range(NEWTON_STEPS):
        cube = INT32.left_shift(INT32.times(INT32.times(x, x), x), 2 * bits)
        rise = INT32.times(x, np.asarray(HALF_THREE)) - INT32.times(half, cube)
        x = INT32.left_shift(rise, bits)
    return INT32.times(x, np.asarray(ROOT_HALF))

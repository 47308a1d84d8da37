"""The natural logarithm in int32 fixed point, as TFLite's LOG_SOFTMAX of bytes computes it.

Source: ``log_x_for_x_greater_than_or_equal_to_1_impl`` of
``tflite/kernels/internal/reference/reference_ops.h`` (``log_softmax``) of google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.fixed_point import INT32, count_leading_zeros
from kernels.node import Array
from kernels.requantization import rounding_divide_by_pot

LOG_2 = 1488522236
SQRT_HALF, ROOT4_HALF = 1518500250, 1805811301
QUARTER = 1 << 29
ALPHA_NUMERATOR = 117049297
ALPHA_DENOMINATOR = 127690142
ALPHA_CONSTANT = 1057819769
ALPHA_LINEAR = 638450708
"""11/240, 1/20 and 1/4 times 2**(1/4), and 2 / 2**(1/4) - 2**(1/4), with no integer bits."""


def log_from_one_up(x: Array, integer_bits: int, out_bits: int) -> Array:
    """log(x) for x >= 1 with so many integer bits; ``out_bits`` integer bits in the result.

    x is 2**z * r**2 with r near 2**(-1/4), whose logarithm is a quotient of polynomials.
    """
    leading = count_leading_zeros(x)
    by_root = INT32.times(x, np.asarray(SQRT_HALF))
    headroom = count_leading_zeros(by_root) - 1
    first = INT32.times(x << leading - 1, np.asarray(SQRT_HALF)) << 1
    ratio = np.minimum(first, np.minimum(x << headroom, INT32.one))
    quarter = rounding_divide_by_pot(QUARTER, out_bits)
    unit = 1 << INT32.bits - out_bits
    power = np.maximum(
        (integer_bits - leading) * unit + quarter, (integer_bits - headroom) * unit - quarter
    )
    numerator, denominator = _quotient(ratio)
    scaled = rounding_divide_by_pot(numerator, out_bits)
    inverse = INT32.one_over_one_plus_x(denominator)
    return INT32.times(power, np.asarray(LOG_2)) + INT32.times(scaled, inverse)


def _quotient(ratio: Array) -> tuple[Array, Array]:
    """Numerator, and denominator minus 1, of the logarithm."""
    middle = (ratio + ROOT4_HALF + 1) >> 1
    q = 2 * (ratio - ROOT4_HALF)
    square = INT32.times(q, q)
    numerator = INT32.times(q, ratio) + INT32.times(
        INT32.times(q, square), np.asarray(ALPHA_NUMERATOR)
    )
    polynomial = ALPHA_CONSTANT + q + INT32.times(np.asarray(ALPHA_DENOMINATOR), square)
    denominator = INT32.times(middle, polynomial) + INT32.times(np.asarray(ALPHA_LINEAR), q)
    return numerator, denominator

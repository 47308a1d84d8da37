"""What functions of float32 have in common, without branches, so that loops become vectors."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from kernels.jit import bits_of, float_of, inline

f32: Any = np.float32
Float32: TypeAlias = Any
Bool: TypeAlias = Any
"""Numbers in kernels; a type checker takes them for Python's."""

FRACTION_BITS, EXPONENT_BIAS = np.int32(23), np.int32(127)
FRACTION, ONE_BITS = np.int32(2**23 - 1), np.int32(127 << 23)
"""Of float32: where the exponent begins, its bias, the fraction, the bits of 1."""
SIGN = np.int32(-(2**31))
SMALLEST_NORMAL, SMALLEST_NORMAL_BITS = f32(2.0**-126), np.int32(1 << 23)


def normal_numbers_below(top: Float32) -> np.uint32:
    """How many positive normal numbers are less than ``top``."""
    return np.uint32(f32(top).view(np.int32) - SMALLEST_NORMAL.view(np.int32))


@inline
def is_beyond(x: Float32, count: np.uint32) -> Bool:
    """Whether x is not among the first ``count`` positive normal numbers: one comparison."""
    return np.uint32(bits_of(x) - SMALLEST_NORMAL_BITS) >= count


@inline
def with_sign(x: Float32, y: Float32) -> Float32:
    """x, which is not negative, with the sign of y."""
    return float_of(np.int32(bits_of(x) | (bits_of(y) & SIGN)))


@inline
def flushed(x: Float32) -> Float32:
    """x, or a zero of its sign if it is smaller than normal numbers, as in XNNPACK's threads."""
    return with_sign(f32(0), x) if abs(x) < SMALLEST_NORMAL else x


@inline
def larger(x: Float32, low: Float32) -> Float32:
    """np.maximum(x, low) where low is a number: NaN stays, of equals the second."""
    return low if x <= low else x


@inline
def smaller(x: Float32, high: Float32) -> Float32:
    """np.minimum(x, high) where high is a number: NaN stays, of equals the second."""
    return high if x >= high else x


@inline
def clamped(x: Float32, low: Float32, high: Float32) -> Float32:
    """Not below ``low`` and not above ``high``; NaN stays NaN."""
    return smaller(larger(x, low), high)

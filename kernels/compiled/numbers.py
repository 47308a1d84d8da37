"""What functions of one float32 have in common, without branches, so that loops become vectors."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from kernels.jit import inline

f32: Any = np.float32
Float32: TypeAlias = Any
"""Numbers in kernels; a type checker takes them for Python's."""

FRACTION_BITS, EXPONENT_BIAS = np.int32(23), np.int32(127)
"""Of float32: where the exponent begins, and its bias."""
SIGN = np.int32(-(2**31))


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

"""Numbers in kernels that Numba compiles, without branches, so that loops become vectors."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from kernels.jit import inline

f32: Any = np.float32
Float32: TypeAlias = Any
"""A number in a kernel; a type checker takes it for Python's."""

FRACTION_BITS, EXPONENT_BIAS = np.int32(23), np.int32(127)
SIGN = np.int32(-(2**31))
"""Of float32: where the exponent begins, its bias, the sign bit."""


@inline
def clamped(x: Float32, low: Float32, high: Float32) -> Float32:
    """np.minimum(np.maximum(x, low), high): NaN stays, of equals the bound."""
    above = low if x <= low else x
    return high if above >= high else above

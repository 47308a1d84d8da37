"""Square roots of float32, element by element, in the arithmetic of XNNPACK's kernels, compiled.

x and y: (n,) float32; y = f(x). NaN stays NaN; numbers smaller than normal count as 0.

XNNPACK takes AVX-512's estimate of 1 / sqrt(x) and a step of Newton's method. Above 2**126,
where the estimate's square is no normal number, or without AVX-512, it is the rounded root here;
XNNPACK's is half too large there.
"""

from __future__ import annotations

import numpy as np

from kernels.compiled.lanes import rsqrt14
from kernels.compiled.loops import each_in_range
from kernels.compiled.numbers import Bool, Float32, f32, flushed, is_beyond, normal_numbers_below
from kernels.jit import compiles_for, inline, square_root

HALF, ONE = f32(0.5), f32(1)
NUMBERS = normal_numbers_below(2.0**126) if compiles_for("avx512f") else np.uint32(0)
"""Of which there is an estimate whose square is a normal number."""


@inline
def _correction(x: Float32, estimate: Float32) -> Float32:
    """What a step of Newton's method takes off the estimate of 1 / sqrt(x)."""
    return (x * (estimate * estimate) - ONE) * (HALF * estimate)


@inline
def _estimated_sqrt(x: Float32) -> Float32:
    """XNNPACK's f32-vsqrt with AVX-512 (rsqrt), where there is an estimate."""
    estimate = rsqrt14(x)
    return x * (estimate - _correction(x, estimate))


@inline
def _estimated_rsqrt(x: Float32) -> Float32:
    """XNNPACK's f32-vrsqrt with AVX-512 (rsqrt), where there is an estimate."""
    estimate = rsqrt14(x)
    return estimate - _correction(x, estimate)


@inline
def _is_beyond(x: Float32) -> Bool:
    return is_beyond(x, NUMBERS)


@inline
def sqrt(x: Float32) -> Float32:
    """The square root of any x."""
    return square_root(flushed(x)) if _is_beyond(x) else _estimated_sqrt(x)


@inline
def rsqrt(x: Float32) -> Float32:
    """1 / sqrt(x) of any x; of 0 infinite, which XNNPACK makes NaN."""
    return ONE / square_root(flushed(x)) if _is_beyond(x) else _estimated_rsqrt(x)


xnnpack_sqrt = each_in_range(sqrt, _estimated_sqrt, _is_beyond)
xnnpack_rsqrt = each_in_range(rsqrt, _estimated_rsqrt, _is_beyond)

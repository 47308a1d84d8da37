"""Square roots of float32, element by element, in the arithmetic of XNNPACK's kernels, compiled.

NaN stays NaN; numbers smaller than normal count as 0.

XNNPACK takes AVX-512's estimate of 1 / sqrt(x) and a step of Newton's method. Above 2**126,
where the estimate's square is no normal number, or without AVX-512, it is the rounded root here;
XNNPACK's is half too large there.
"""

from __future__ import annotations

from kernels.compiled.formulas import (
    flushed,
    has,
    is_beyond,
    normal_numbers_below,
    number,
    root_estimate,
)
from kernels.compiled.loops import each_in_range
from kernels.compiled.vector_ir import Register, select, square_root

NUMBERS = normal_numbers_below(2.0**126) if has("avx512f") else 0
"""Of which there is an estimate whose square is a normal number."""


def _correction(x: Register, estimate: Register) -> Register:
    """What a step of Newton's method takes off the estimate of 1 / sqrt(x)."""
    return (x * (estimate * estimate) - 1.0) * (estimate * 0.5)


def _estimated_sqrt(x: Register) -> Register:
    """XNNPACK's f32-vsqrt with AVX-512 (rsqrt), where there is an estimate."""
    estimate = root_estimate(x)
    return x * (estimate - _correction(x, estimate))


def _estimated_rsqrt(x: Register) -> Register:
    """XNNPACK's f32-vrsqrt with AVX-512 (rsqrt), where there is an estimate."""
    estimate = root_estimate(x)
    return estimate - _correction(x, estimate)


def _is_beyond(x: Register) -> Register:
    return is_beyond(x, NUMBERS)


def sqrt(x: Register) -> Register:
    """The square root of any x."""
    return select(_is_beyond(x), square_root(flushed(x)), _estimated_sqrt(x))


def rsqrt(x: Register) -> Register:
    """1 / sqrt(x) of any x; of 0 infinite, which XNNPACK makes NaN."""
    rounded = number(x, 1.0) / square_root(flushed(x))
    return select(_is_beyond(x), rounded, _estimated_rsqrt(x))


xnnpack_sqrt = each_in_range(sqrt, _estimated_sqrt, _is_beyond)
xnnpack_rsqrt = each_in_range(rsqrt, _estimated_rsqrt, _is_beyond)

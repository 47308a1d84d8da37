"""Functions of one float that round at most once, element by element, compiled.

NaN stays NaN.
"""

from __future__ import annotations

from typing import Any

from kernels.compiled.formulas import (
    SIGN,
    at_least,
    at_most,
    bits_of,
    clamped,
    float_of,
    number,
    size_of,
)
from kernels.compiled.loops import Formula, each, each_with
from kernels.compiled.vector_ir import Register, select, splat

clamp = each_with(lambda x, f: clamped(x, f.low, f.high), "low", "high")
"""np.minimum(np.maximum(x, low), high)."""


def _leaky_relu(x: Register, f: Any) -> Register:
    return select(x > 0.0, x, x * splat(f.alpha, x.kind.count))


def _sign(x: Register) -> Register:
    below = select(x < 0.0, number(x, -1.0), number(x, 0.0))
    return select(x.is_nan(), x, select(x > 0.0, number(x, 1.0), below))


def _by_llvm(name: str) -> Formula:
    return lambda x: x.call(f"llvm.{name}.v{x.kind.count}f32", x.kind)


leaky_relu = each_with(_leaky_relu, "alpha")
"""x, times ``alpha`` where it is not positive."""
unit_clamp = each(lambda x: at_most(at_least(x, 0.0), 1.0))
"""np.clip(x, 0, 1): -0.0 stays."""
absolute, sign = each(size_of), each(_sign)
negative = each(lambda x: float_of(bits_of(x) ^ SIGN))
square = each(lambda x: x * x)
floor, ceil, rounded = (each(_by_llvm(name)) for name in ("floor", "ceil", "rint"))
"""``rounded``: halves to even."""

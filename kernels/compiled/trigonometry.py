"""Sine and cosine of float32, element by element, in the arithmetic of XNNPACK's kernels, compiled.

NaN and the infinities give NaN.
"""

from __future__ import annotations

from math import pi

from kernels.compiled.formulas import f32, is_tiny, number, polynomial
from kernels.compiled.loops import each
from kernels.compiled.vector_ir import Register, fma, select, smaller
from kernels.compiled.vector_ir import greater as larger

PI, PER_TURN = f32(pi), f32(0.5 / pi)
TURN_HIGH, TURN_LOW = f32(6.28125), f32(1.9353072e-3)
"""2 pi; the first has zeros at its end, so that integers times it are exact."""
QUARTER_HIGH, QUARTER_LOW = f32(pi / 2), f32(-4.371139e-8)
"""pi / 2, and what its rounding to float32 leaves."""
ABOVE = [f32(c) for c in (3.2340581529e-03, -1.3314664364e-01, 1)]
BELOW = [f32(c) for c in (4.8770775902e-04, 3.3519912511e-02, 1)]
"""Coefficients of v**4, v**2, 1 in sin(v) = v * above / below."""


def _without_turns(x: Register) -> Register:
    """x less its whole turns. The more turns, the fewer right digits; with very many, NaN."""
    turns = (x * PER_TURN).call(f"llvm.rint.v{x.kind.count}f32", x.kind)
    return fma(turns, number(x, -TURN_LOW), fma(turns, number(x, -TURN_HIGH), x))


def _folded(v: Register) -> Register:
    """What has the same sine, between -pi / 2 and pi / 2."""
    v = smaller(number(v, PI) - v, v)
    v = larger(number(v, -PI) - v, v)
    return smaller(number(v, PI) - v, v)


def _sine(v: Register) -> Register:
    square = v * v
    return v * polynomial(square, *ABOVE) / polynomial(square, *BELOW)


def sin(x: Register) -> Register:
    """XNNPACK's f32-vsin (rational-5-4-div); numbers smaller than normal count as 0."""
    normal = select(is_tiny(x), number(x, 0.0), x)
    return _sine(_folded(_without_turns(normal)))


def cos(x: Register) -> Register:
    """XNNPACK's f32-vcos (rational-5-4-div): the sine of pi / 2 - x."""
    return _sine(_folded((number(x, QUARTER_HIGH) - _without_turns(x)) + QUARTER_LOW))


xnnpack_sin, xnnpack_cos = each(sin), each(cos)

"""tanh and the logistic function as ``kernels.transcendental`` has them, in vectors."""

from __future__ import annotations

from kernels.compiled.formulas import at_least, at_most, f32, number, scaled
from kernels.compiled.vector_ir import Register, select

TANH_BOUND = f32(7.90738964080810547)
TANH_ABOVE = [f32(c) for c in (1.394553628e-8, 2.102733560e-5, 3.520756727e-3, 0.1340216100)]
TANH_BELOW = [f32(c) for c in (8.015776984e-7, 3.326951409e-4, 2.597254514e-2, 0.4673548340, 1.0)]
"""Coefficients of x**2, highest power first."""

LOWEST, ONE_FROM = -104.0, f32(16.6355324)
"""The logistic function is 0 below the first, and 1 from the second on."""
LOG2_E = f32(1.44269504088896341)
LN2_HIGH, LN2_LOW = f32(0.693359375), f32(-2.12194440e-4)
EXP_EVEN = [f32(c) for c in (0.041898667812347412109375, 0.49999141693115234375)]
EXP_ODD = [f32(c) for c in (8.33471305668354034423828125e-3, 0.16666877269744873046875)]
"""Coefficients of r**2, highest power first."""


def series(x: Register, *coefficients: float) -> Register:
    """Horner's scheme, each product and sum rounded."""
    total = number(x, coefficients[0])
    for coefficient in coefficients[1:]:
        total = total * x + coefficient
    return total


def tanh(x: Register) -> Register:
    """``transcendental.tanh``."""
    v = at_most(at_least(x, -TANH_BOUND), TANH_BOUND)
    square = v * v
    above = (square * v) * series(square, *TANH_ABOVE) + v
    return above / series(square, *TANH_BELOW)


def logistic(x: Register) -> Register:
    """``transcendental.logistic``."""
    half = at_most(at_least(x, LOWEST), ONE_FROM) * 0.5
    exponent = (half * LOG2_E + 0.5).call(f"llvm.floor.v{x.kind.count}f32", x.kind)
    r = (half - exponent * LN2_HIGH) - exponent * LN2_LOW
    square = r * r
    terms = r * series(square, *EXP_ODD) + series(square, *EXP_EVEN)
    root = scaled(square * terms + (r + 1.0), exponent)
    power = root * root
    made = select(x < LOWEST, number(x, 0.0), power / (power + 1.0))
    return select(x.is_nan(), x, made)

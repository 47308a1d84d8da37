"""The complementary error function of float32 as TFLite's reference kernels compute it.

The formula is Eigen's, for vectors of LANES floats without fma: ``generic_fast_erfc<float>``
(unsupported/Eigen/src/SpecialFunctions/SpecialFunctionsImpl.h) with ``pexp_float``
(Eigen/src/Core/arch/Default/GenericPacketMathFunctions.h). What does not fill a vector takes its
exponential from the C library.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kernels.float_functions import reference_exp
from kernels.node import Array
from kernels.transcendental import LN2_HIGH, LN2_LOW, LOG2_E, polynomial

f32 = np.float32

LANES = 4
BOUND = f32(11)
"""Where erfc becomes 0 or 2."""
SMALL = np.array(
    [
        5.61802298761904239654541015625e-04,
        -4.91381669417023658752441406250e-03,
        2.67075151205062866210937500000e-02,
        -1.12800106406211853027343750000e-01,
        3.76122951507568359375000000000e-01,
        -1.12837910652160644531250000000e00,
    ],
    f32,
)
"""Coefficients of x, x**3, ... in erfc(x) - 1 up to 1, highest power first."""
LARGE_NUMERATOR = np.array(
    [
        1.0208116471767425537109375e-01,
        4.2920666933059692382812500e-01,
        3.2379078865051269531250000e-01,
        5.3971976041793823242187500e-02,
    ],
    f32,
)
LARGE_DENOMINATOR = np.array(
    [
        1.7251677811145782470703125e-02,
        3.9137163758277893066406250e-01,
        1.0,
        6.2173241376876831054687500e-01,
        9.5662862062454223632812500e-02,
    ],
    f32,
)
"""Coefficients of 1 / x**2 in x * erfc(x) * exp(x**2) from 1 on."""
EXP_EVEN = np.array(
    [1.37449637986719608306884765625e-3, 4.166965186595916748046875e-2, 0.49999988079071044921875],
    f32,
)
EXP_ODD = np.array([8.36894474923610687255859375e-3, 0.16666518151760101318359375], f32)
"""Coefficients of r**2 in exp(r) = 1 + r + r**2 * (even + r * odd)."""

Exp = Callable[[Array], Array]


def reference_erfc(x: Array) -> Array:
    """erfc(x) of any shape, within 5 units in the last place; NaN stays NaN."""
    flat = np.ravel(x)
    whole = flat.size // LANES * LANES
    parts = [_erfc(flat[:whole], _exp), _erfc(flat[whole:], reference_exp)]
    return np.concatenate(parts).reshape(x.shape)


def _erfc(x: Array, exp: Exp) -> Array:
    x = np.clip(x, -BOUND, BOUND)
    square = x * x
    small = x * polynomial(square, SMALL) + f32(1)
    large = _large(np.where(square > 1, x, f32(2)), exp)
    return np.where(square > 1, large, small)


def _large(x: Array, exp: Exp) -> Array:
    """exp(-x**2) / x times a quotient, for |x| > 1; what the rounding of x**2 leaves over is in
    the exponential too."""
    square = x * x
    rest = (x.astype(np.float64) * x - square).astype(f32)
    power = exp(-square)
    power = power - power * rest
    inverse = f32(1) / square
    ratio = polynomial(inverse, LARGE_NUMERATOR) / (x * polynomial(inverse, LARGE_DENOMINATOR))
    result: Array = power * ratio + np.where(x < 0, f32(2), f32(0))
    return result


def _exp(x: Array) -> Array:
    """exp(x) = 2**m * exp(r) for x in [-121, 0]."""
    exponent = np.floor(x * LOG2_E + f32(0.5))
    r = (x - exponent * LN2_HIGH) - exponent * LN2_LOW
    square = r * r
    series = r * polynomial(square, EXP_ODD) + polynomial(square, EXP_EVEN)
    power: Array = np.ldexp(square * series + (r + f32(1)), exponent.astype(np.int32))
    return power

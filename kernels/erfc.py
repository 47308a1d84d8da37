"""The complementary error function of float32 as TFLite's reference kernels compute it.

The formula is Eigen's, in the vectors of ``kernels.eigen``: ``generic_fast_erfc<float>``
(unsupported/Eigen/src/SpecialFunctions/SpecialFunctionsImpl.h). What does not fill a vector takes
its exponential from the C library.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kernels.eigen import vector_exp, whole_vectors
from kernels.float_functions import reference_exp
from kernels.node import Array
from kernels.transcendental import polynomial

f32 = np.float32

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
Exp = Callable[[Array], Array]


def reference_erfc(x: Array) -> Array:
    """erfc(x) of any shape, within 5 units in the last place; NaN stays NaN."""
    flat = np.ravel(x)
    whole = whole_vectors(flat.size)
    parts = [_erfc(flat[:whole], vector_exp), _erfc(flat[whole:], reference_exp)]
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

"""The error function of float32 arrays, which NumPy lacks.

A rational function of x on [-4, 4], beyond which erf is 1 or -1; the relative error is below 5e-7.
Source: the coefficients of ``ErfImpl32`` in ``xla/hlo/builder/lib/math.cc`` of openxla/xla,
which are Eigen's.
"""

from __future__ import annotations

import numpy as np

from kernels.node import Array

_BOUND = np.float32(4)
_NUMERATOR = (
    -2.72614225801306e-10,
    2.77068142495902e-08,
    -2.10102402082508e-06,
    -5.69250639462346e-05,
    -7.34990630326855e-04,
    -2.95459980854025e-03,
    -1.60960333262415e-02,
)
_DENOMINATOR = (
    -1.45660718464996e-05,
    -2.13374055278905e-04,
    -1.68282697438203e-03,
    -7.37332916720468e-03,
    -1.42647390514189e-02,
)


def erf(x: Array) -> Array:
    """erf(x), float32, element by element."""
    bounded = np.clip(x, -_BOUND, _BOUND)
    square = bounded * bounded
    ratio: Array = _polynomial(_NUMERATOR, square) / _polynomial(_DENOMINATOR, square)
    return bounded * ratio


def _polynomial(coefficients: tuple[float, ...], x: Array) -> Array:
    """Horner's scheme; the first coefficient is that of the highest power."""
    result = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        result = result * x + np.float32(coefficient)
    return result

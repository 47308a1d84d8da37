"""GELU of float32: x times the normal distribution's cumulative probability."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np

from kernels.erf import erf
from kernels.node import Array

_HALF = np.float32(0.5)
_CUBIC = np.float32(0.044715)
"""Of the tanh approximation (Hendrycks and Gimpel, arXiv:1606.08415)."""
_SQRT_2_OVER_PI = np.float32(sqrt(2 / pi))
_SQRT_HALF = np.float32(sqrt(0.5))


def erf_gelu(x: Array) -> Array:
    """By the error function."""
    result: Array = _HALF * x * (np.float32(1) + erf(x * _SQRT_HALF))
    return result


def tanh_gelu(x: Array) -> Array:
    """By the tanh approximation."""
    inner = _SQRT_2_OVER_PI * (x + _CUBIC * x * x * x)
    result: Array = _HALF * x * (np.float32(1) + np.tanh(inner))
    return result

"""GELU of float32 as TFLite's reference kernels compute it, for tensors and for tables of bytes.

Source: ``tflite/kernels/internal/reference/gelu.h`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi, sqrt

import numpy as np

from kernels.erfc import reference_erfc
from kernels.float_functions import libm_erfc, reference_tanh
from kernels.node import Array
from kernels.transcendental import tanh

_HALF = np.float32(0.5)
_CUBIC = np.float32(0.044715)
"""Of the tanh approximation (Hendrycks and Gimpel, arXiv:1606.08415)."""
_SQRT_2_OVER_PI = np.float32(sqrt(2 / pi))
_SQRT_HALF = np.float32(sqrt(0.5))

Function = Callable[[Array], Array]


def erfc_gelu(x: Array) -> Array:
    """x times the normal distribution's cumulative probability."""
    return _by_erfc(x, reference_erfc)


def tanh_gelu(x: Array) -> Array:
    """By the tanh approximation."""
    return _by_tanh(x, x * x * x * _CUBIC, tanh)


def table_erfc_gelu(x: Array) -> Array:
    """Of the real values of bytes, by the C library."""
    return _by_erfc(x, libm_erfc)


def table_tanh_gelu(x: Array) -> Array:
    """By the tanh approximation and the C library."""
    return _by_tanh(x, _CUBIC * x * x * x, reference_tanh)


def _by_erfc(x: Array, function: Function) -> Array:
    result: Array = _HALF * x * function(x * -_SQRT_HALF)
    return result


def _by_tanh(x: Array, cube: Array, function: Function) -> Array:
    result: Array = _HALF * x * (np.float32(1) + function(_SQRT_2_OVER_PI * (x + cube)))
    return result

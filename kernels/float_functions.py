"""Functions of float32, element by element, as each LiteRT runtime approximates them.

One unit in the last place becomes a whole quantum in a hybrid operator that follows, so a
model with gates agrees with LiteRT only if these do.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kernels.node import Array

LOGISTIC_IS_EXP, LOGISTIC_IS_ONE = np.float32(-9), np.float32(16.619047164916992)
"""Below the first and above the second, TFLite's reference does without a division."""


def xnnpack_logistic(x: Array) -> Array:
    """1 / (1 + exp(-x)) as XNNPACK computes it with AVX-512; elsewhere it has other formulas,
    whose results are a unit or two in the last place away."""
    from kernels.compiled_functions import xnnpack_logistic as kernel

    return _each(kernel, x)


def xnnpack_tanh(x: Array) -> Array:
    """The hyperbolic tangent as XNNPACK computes it wherever there is fma."""
    from kernels.compiled_functions import xnnpack_tanh as kernel

    return _each(kernel, x)


def reference_logistic(x: Array) -> Array:
    """1 / (1 + exp(-x)) as in tflite/kernels/internal/reference/logistic.h, on this machine's
    C library."""
    below = x < LOGISTIC_IS_EXP
    power = reference_exp(np.where(below, x, -x))
    result = np.where(below, power, np.float32(1) / (np.float32(1) + power))
    return np.where(x > LOGISTIC_IS_ONE, np.float32(1), result)


def reference_exp(x: Array) -> Array:
    """exp(x) by this machine's C library, as TFLite's reference kernels."""
    from kernels.compiled_functions import libm_exp as kernel

    return _each(kernel, x)


def reference_tanh(x: Array) -> Array:
    """The hyperbolic tangent by this machine's C library."""
    from kernels.compiled_functions import libm_tanh as kernel

    return _each(kernel, x)


def _each(kernel: Callable[[Array, Array], None], x: Array) -> Array:
    y = np.empty(x.shape, np.float32)
    kernel(np.ascontiguousarray(x).reshape(x.size), y.reshape(x.size))
    return y

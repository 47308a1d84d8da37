"""Functions of float32 as each LiteRT runtime approximates them.

One unit in the last place becomes a whole quantum in a hybrid operator that follows, so a
model with gates agrees with LiteRT only if these do.
"""

from __future__ import annotations

import numpy as np

from kernels.flat.nests import PIECE
from kernels.float_sum import sum_in_order, sum_of_lanes
from kernels.kernel import kernel
from kernels.node import Array

SOFTMAX_BLOCK = 4
"""Vectors that a pass of XNNPACK's f32-raddstoreexpminusmax with AVX-512 takes."""

LOGISTIC_IS_EXP, LOGISTIC_IS_ONE = np.float32(-9), np.float32(16.619047164916992)
"""Below the first and above the second, TFLite's reference does without a division."""


def xnnpack_logistic(x: Array) -> Array:
    """1 / (1 + exp(-x)) as XNNPACK computes it with AVX-512; elsewhere it has other formulas,
    whose results are a unit or two in the last place away."""
    return _each("functions.xnnpack_logistic", x)


def xnnpack_tanh(x: Array) -> Array:
    """The hyperbolic tangent as XNNPACK computes it wherever there is fma."""
    return _each("functions.xnnpack_tanh", x)


def xnnpack_exp(x: Array) -> Array:
    """exp(x) as XNNPACK computes it wherever there is fma."""
    return _each("functions.xnnpack_exp", x)


def xnnpack_log(x: Array) -> Array:
    """The natural logarithm as XNNPACK computes it wherever there is fma."""
    return _each("functions.xnnpack_log", x)


def xnnpack_sqrt(x: Array) -> Array:
    """The square root as XNNPACK computes it with AVX-512; elsewhere rounded once."""
    return _each("roots.xnnpack_sqrt", x)


def xnnpack_rsqrt(x: Array) -> Array:
    """1 / sqrt(x) as XNNPACK computes it with AVX-512; elsewhere the exact operations."""
    return _each("roots.xnnpack_rsqrt", x)


def xnnpack_sin(x: Array) -> Array:
    """The sine as XNNPACK computes it wherever there is fma."""
    return _each("trigonometry.xnnpack_sin", x)


def xnnpack_cos(x: Array) -> Array:
    """The cosine as XNNPACK computes it wherever there is fma."""
    return _each("trigonometry.xnnpack_cos", x)


def xnnpack_erf_gelu(x: Array) -> Array:
    """GELU by the error function as XNNPACK computes it wherever there is fma."""
    return _each("activations.xnnpack_erf_gelu", x)


def xnnpack_tanh_gelu(x: Array) -> Array:
    """GELU by the tanh approximation as XNNPACK computes it wherever there is fma."""
    return _each("activations.xnnpack_tanh_gelu", x)


def xnnpack_elu(x: Array) -> Array:
    """ELU as XNNPACK computes it with AVX-512."""
    return _each("activations.xnnpack_elu", x)


def xnnpack_hard_swish(x: Array) -> Array:
    """x * clip(x / 6 + 1 / 2, 0, 1) as XNNPACK computes it wherever there is fma."""
    return _each("activations.xnnpack_hard_swish", x)


def xnnpack_softmax(x: Array) -> Array:
    """Over the last axis, as XNNPACK computes it with AVX-512."""
    powers = _each("functions.xnnpack_softmax_exp", below_largest(x))
    sums = sum_of_lanes(powers, SOFTMAX_BLOCK)
    return powers * np.reciprocal(sums)[..., np.newaxis]


def reference_logistic(x: Array) -> Array:
    """1 / (1 + exp(-x)) as in tflite/kernels/internal/reference/logistic.h."""
    below = x < LOGISTIC_IS_EXP
    power = reference_exp(np.where(below, x, -x))
    result = np.where(below, power, np.float32(1) / (np.float32(1) + power))
    return np.where(x > LOGISTIC_IS_ONE, np.float32(1), result)


def reference_exp(x: Array) -> Array:
    """exp(x) by this machine's C library, as in TFLite's reference kernels."""
    return _each_by_library("libm.exp", x)


def reference_log(x: Array) -> Array:
    """The natural logarithm by this machine's C library."""
    return _each_by_library("libm.log", x)


def libm_erfc(x: Array) -> Array:
    """The complementary error function by this machine's C library."""
    return _each_by_library("libm.erfc", x)


def reference_tanh(x: Array) -> Array:
    """The hyperbolic tangent by this machine's C library."""
    return _each_by_library("libm.tanh", x)


def reference_sin(x: Array) -> Array:
    """The sine by this machine's C library."""
    return _each_by_library("libm.sin", x)


def reference_cos(x: Array) -> Array:
    """The cosine by this machine's C library."""
    return _each_by_library("libm.cos", x)


def power(x: Array, y: Array) -> Array:
    """x ** y by this machine's C library, in both runtimes; the shapes broadcast."""
    return _pairs("libm.power", x, y)


def angle(y: Array, x: Array) -> Array:
    """The angle of the point (x, y) by this machine's C library; the shapes broadcast."""
    return _pairs("libm.angle", y, x)


def reference_softmax(x: Array, beta: np.float32) -> Array:
    """exp(beta * x) over its sum along the last axis."""
    powers = reference_exp(below_largest(x) * beta)
    return powers / sum_in_order(powers, [x.ndim - 1])[..., np.newaxis]


def reference_log_softmax(x: Array) -> Array:
    """x - log(sum(exp(x))) along the last axis."""
    centred = below_largest(x)
    sums = sum_in_order(reference_exp(centred), [x.ndim - 1])
    return centred - reference_log(sums)[..., np.newaxis]


def below_largest(x: Array) -> Array:
    """x minus the largest along the last axis, so that no exponential overflows."""
    centred: Array = x - np.max(x, axis=-1, keepdims=True, initial=-np.inf)
    return centred


def _each(name: str, x: Array) -> Array:
    """The function of that kernel of each element."""
    y = np.empty(x.shape, np.float32)
    kernel(name)(np.ascontiguousarray(x), y, x.size, chunks=-(-x.size // PIECE))
    return y


def _each_by_library(name: str, x: Array) -> Array:
    """The same for kernels that call the C library."""
    y = np.empty(x.shape, np.float32)
    kernel(name)(np.ascontiguousarray(x), y, chunks=x.size)
    return y


def _pairs(name: str, x: Array, y: Array) -> Array:
    """A kernel's function of each pair of elements."""
    result = np.empty(np.broadcast_shapes(x.shape, y.shape), np.float32)
    both = (np.ascontiguousarray(value) for value in np.broadcast_arrays(x, y))
    flat = [value.reshape(result.size) for value in (*both, result)]
    kernel(name)(*flat, chunks=result.size)
    return result

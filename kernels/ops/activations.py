"""Activation functions as operators: RELU and its kin, PRELU, LEAKY_RELU, ELU, GELU,
HARD_SWISH, LOGISTIC, TANH.

Source: ``tflite/kernels/activations.cc`` of google-ai-edge/LiteRT, google/XNNPACK.
"""

from __future__ import annotations

from math import pi, sqrt

import numpy as np

from kernels.activation import RELU, RELU6, RELU_N1_TO_1, fused_activation
from kernels.element_types import FLOAT, require_one_type, require_type
from kernels.erf import erf
from kernels.float_functions import (
    reference_logistic,
    reference_tanh,
    xnnpack_logistic,
    xnnpack_tanh,
)
from kernels.node import Array, Node, Run
from kernels.ops.elementwise import by_runtime, elementwise
from kernels.xnnpack import fused_multiply_add

_HALF = np.float32(0.5)
_CUBIC = np.float32(0.044715)
"""Of the tanh approximation of GELU (Hendrycks and Gimpel, arXiv:1606.08415)."""
_SQRT_2_OVER_PI = np.float32(sqrt(2 / pi))
_SQRT_HALF = np.float32(sqrt(0.5))
_SWISH_SHIFT, _SWISH_RANGE = np.float32(3), np.float32(6)


def _relu_0_to_1(x: Array) -> Array:
    return np.clip(x, np.float32(0), np.float32(1))


def _elu(x: Array) -> Array:
    return np.where(x < 0, np.expm1(x), x)


def _xnnpack_hard_swish(x: Array) -> Array:
    """src/f32-vhswish: the gate is fma(x, 1 / 6, 1 / 2)."""
    gate = fused_multiply_add(x, np.reciprocal(_SWISH_RANGE), _HALF)
    result: Array = x * np.clip(gate, np.float32(0), np.float32(1))
    return result


def _hard_swish(x: Array) -> Array:
    gate = np.clip(x + _SWISH_SHIFT, np.float32(0), _SWISH_RANGE)
    result: Array = x * gate / _SWISH_RANGE
    return result


def _gelu(x: Array) -> Array:
    result: Array = _HALF * x * (np.float32(1) + erf(x * _SQRT_HALF))
    return result


def _gelu_tanh(x: Array) -> Array:
    inner = _SQRT_2_OVER_PI * (x + _CUBIC * x * x * x)
    result: Array = _HALF * x * (np.float32(1) + np.tanh(inner))
    return result


relu = elementwise(fused_activation(RELU))
relu6 = elementwise(fused_activation(RELU6))
relu_n1_to_1 = elementwise(fused_activation(RELU_N1_TO_1))
relu_0_to_1 = elementwise(_relu_0_to_1)
elu = elementwise(_elu)
hard_swish = by_runtime(_xnnpack_hard_swish, _hard_swish)
logistic = by_runtime(xnnpack_logistic, reference_logistic)
tanh = by_runtime(xnnpack_tanh, reference_tanh)


def gelu(node: Node) -> Run:
    """x times the normal distribution's cumulative probability, or its tanh approximation."""
    return elementwise(_gelu_tanh if node.options.approximate else _gelu)(node)


def leaky_relu(node: Node) -> Run:
    """x, times ``alpha`` where it is negative."""
    require_type(node, FLOAT)
    alpha = np.float32(node.options.alpha)

    def run(x: Array) -> tuple[Array, ...]:
        return (np.where(x > 0, x, x * alpha),)

    return run


def prelu(node: Node) -> Run:
    """x, times ``alpha`` where it is negative; alpha is the second input and broadcasts."""
    require_one_type(node, FLOAT)

    def run(x: Array, alpha: Array) -> tuple[Array, ...]:
        node.limits.check_broadcast(x, alpha)
        return (np.where(x >= 0, x, x * alpha),)

    return run

"""Activation functions as operators: RELU and its kin, PRELU, LEAKY_RELU, ELU, GELU,
HARD_SWISH, LOGISTIC, TANH.

Source: ``tflite/kernels/activations.cc`` of google-ai-edge/LiteRT, google/XNNPACK.
"""

from __future__ import annotations

import numpy as np

from kernels.activation import RELU, RELU6, RELU_N1_TO_1, fused_activation
from kernels.element_types import FLOAT, or_quantized, require_one_type, require_type
from kernels.float_functions import (
    reference_logistic,
    reference_tanh,
    xnnpack_elu,
    xnnpack_erf_gelu,
    xnnpack_hard_swish,
    xnnpack_logistic,
    xnnpack_tanh,
    xnnpack_tanh_gelu,
)
from kernels.gelu import erfc_gelu, tanh_gelu
from kernels.node import Array, Node, Run
from kernels.ops import quantized_activations
from kernels.ops.elementwise import by_runtime, elementwise

_SWISH_SHIFT, _SWISH_RANGE = np.float32(3), np.float32(6)


def _relu_0_to_1(x: Array) -> Array:
    return np.clip(x, np.float32(0), np.float32(1))


def _elu(x: Array) -> Array:
    return np.where(x < 0, np.expm1(x), x)


def _hard_swish(x: Array) -> Array:
    gate = np.clip(x + _SWISH_SHIFT, np.float32(0), _SWISH_RANGE)
    result: Array = x * gate / _SWISH_RANGE
    return result


relu = or_quantized(elementwise(fused_activation(RELU)), quantized_activations.relu)
relu6 = or_quantized(elementwise(fused_activation(RELU6)), quantized_activations.relu6)
relu_n1_to_1 = or_quantized(
    elementwise(fused_activation(RELU_N1_TO_1)), quantized_activations.relu_n1_to_1
)
relu_0_to_1 = or_quantized(elementwise(_relu_0_to_1), quantized_activations.relu_0_to_1)
elu = or_quantized(by_runtime(xnnpack_elu, _elu), quantized_activations.elu)
hard_swish = or_quantized(
    by_runtime(xnnpack_hard_swish, _hard_swish), quantized_activations.hard_swish
)
logistic = or_quantized(
    by_runtime(xnnpack_logistic, reference_logistic), quantized_activations.logistic
)
tanh = or_quantized(by_runtime(xnnpack_tanh, reference_tanh), quantized_activations.tanh)


def _gelu(node: Node) -> Run:
    """x times the normal distribution's cumulative probability, or its tanh approximation."""
    if node.options.approximate:
        return by_runtime(xnnpack_tanh_gelu, tanh_gelu)(node)
    return by_runtime(xnnpack_erf_gelu, erfc_gelu)(node)


def _leaky_relu(node: Node) -> Run:
    """x, times ``alpha`` where it is negative."""
    require_type(node, FLOAT)
    alpha = np.float32(node.options.alpha)

    def run(x: Array) -> tuple[Array, ...]:
        return (np.where(x > 0, x, x * alpha),)

    return run


def _prelu(node: Node) -> Run:
    """x, times ``alpha`` where it is negative; alpha is the second input and broadcasts."""
    require_one_type(node, FLOAT)

    def run(x: Array, alpha: Array) -> tuple[Array, ...]:
        node.limits.check_broadcast(x, alpha)
        return (np.where(x >= 0, x, x * alpha),)

    return run


gelu = or_quantized(_gelu, quantized_activations.gelu)
leaky_relu = or_quantized(_leaky_relu, quantized_activations.leaky_relu)
prelu = or_quantized(_prelu, quantized_activations.prelu)

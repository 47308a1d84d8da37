"""Division by a norm over channels, the last axis: L2_NORMALIZATION and
LOCAL_RESPONSE_NORMALIZATION.

Source: ``tflite/kernels/{l2norm,local_response_norm}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.activation import fused_clamp
from kernels.element_types import FLOAT, or_quantized, require_type
from kernels.node import REFERENCE, Array, Node, Run
from kernels.ops import quantized_normalization

_SMALLEST_NORM = np.float32(1e-6)
"""TFLite's, against a division by 0."""


def _l2_normalization(node: Node) -> Run:
    """x divided by the root of the sum of its squares."""
    require_type(node, FLOAT)
    activation = fused_clamp(node.options.fused_activation_function)

    def run(x: Array) -> tuple[Array, ...]:
        norm = np.sqrt(np.sum(np.square(x), axis=-1, keepdims=True))
        return (activation(x / np.maximum(norm, _SMALLEST_NORM)),)

    return run


l2_normalization = or_quantized(_l2_normalization, quantized_normalization.l2_normalization)


def local_response_normalization(node: Node) -> Run:
    """x * (bias + alpha * sum of squares of the channels within ``radius``) ** -beta.

    TFLite's reference kernel leaves out the last channel of every window.
    """
    require_type(node, FLOAT)
    options = node.options
    bias, alpha, beta = map(np.float32, (options.bias, options.alpha, options.beta))
    after = options.radius - (node.numerics == REFERENCE)

    def run(x: Array) -> tuple[Array, ...]:
        squares = _neighbour_squares(x, options.radius, after)
        return (x * np.power(bias + alpha * squares, -beta),)

    return run


def _neighbour_squares(x: Array, before: int, after: int) -> Array:
    """The sum of x ** 2 over the channels from c - before to c + after."""
    channels = x.shape[-1]
    squares = np.square(x)
    sums = np.zeros_like(x)
    for offset in range(-min(before, channels), min(after, channels) + 1):
        first, last = max(-offset, 0), channels - max(offset, 0)
        sums[..., first:last] += squares[..., first + offset : last + offset]
    return sums

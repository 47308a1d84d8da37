"""SOFTMAX and LOG_SOFTMAX over the last axis.

Source: ``tflite/kernels/activations.cc``, ``internal/reference/{softmax,log_softmax}.h`` of
google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.element_types import FLOAT, or_quantized, require_type
from kernels.float_functions import reference_log_softmax, reference_softmax, xnnpack_softmax
from kernels.node import XNNPACK, Array, Node, Run
from kernels.ops import quantized_log_softmax, quantized_softmax


def _softmax(node: Node) -> Run:
    """exp(beta * x) / sum(exp(beta * x)). XNNPACK takes it if beta is 1."""
    require_type(node, FLOAT)
    beta = np.float32(node.options.beta)
    taken = node.numerics == XNNPACK and beta == 1

    def run(x: Array) -> tuple[Array, ...]:
        return (xnnpack_softmax(x) if taken else reference_softmax(x, beta),)

    return run


def _log_softmax(node: Node) -> Run:
    """x - log(sum(exp(x)))."""
    require_type(node, FLOAT)

    def run(x: Array) -> tuple[Array, ...]:
        return (reference_log_softmax(x),)

    return run


softmax = or_quantized(_softmax, quantized_softmax.softmax)
log_softmax = or_quantized(_log_softmax, quantized_log_softmax.log_softmax)

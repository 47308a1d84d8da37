"""SOFTMAX and LOG_SOFTMAX over the last axis.

Source: ``tflite/kernels/activations.cc``, ``internal/reference/{softmax,log_softmax}.h`` of
google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.eigen import optimized_log_softmax, optimized_softmax
from kernels.element_types import FLOAT, or_quantized, require_type
from kernels.float_functions import reference_log_softmax, reference_softmax, xnnpack_softmax
from kernels.node import XNNPACK, Node, Run
from kernels.ops import quantized_log_softmax, quantized_softmax


def _softmax(node: Node) -> Run:
    """exp(beta * x) / sum(exp(beta * x)). XNNPACK takes it if beta is 1."""
    require_type(node, FLOAT)
    beta = np.float32(node.options.beta)
    if node.numerics == XNNPACK and beta == 1:
        return lambda x: (xnnpack_softmax(x),)
    softmax = optimized_softmax if node.numerics == XNNPACK else reference_softmax
    return lambda x: (softmax(x, beta),)


def _log_softmax(node: Node) -> Run:
    """x - log(sum(exp(x)))."""
    require_type(node, FLOAT)
    xnnpack = node.numerics == XNNPACK
    log_softmax = optimized_log_softmax if xnnpack else reference_log_softmax
    return lambda x: (log_softmax(x),)


softmax = or_quantized(_softmax, quantized_softmax.softmax)
log_softmax = or_quantized(_log_softmax, quantized_log_softmax.log_softmax)

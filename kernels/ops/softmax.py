"""SOFTMAX and LOG_SOFTMAX over the last axis.

The largest element is subtracted first, so that nothing overflows.
Source: ``tflite/kernels/activations.cc``, ``internal/reference/{softmax,log_softmax}.h`` of
google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.element_types import FLOAT, require_type
from kernels.node import Array, Node, Run


def softmax(node: Node) -> Run:
    """exp(beta * x) / sum(exp(beta * x))."""
    require_type(node, FLOAT)
    beta = np.float32(node.options.beta)

    def run(x: Array) -> tuple[Array, ...]:
        exponentials = np.exp(_below_largest(x) * beta)
        return (exponentials / np.sum(exponentials, axis=-1, keepdims=True),)

    return run


def log_softmax(node: Node) -> Run:
    """x - log(sum(exp(x)))."""
    require_type(node, FLOAT)

    def run(x: Array) -> tuple[Array, ...]:
        centred = _below_largest(x)
        return (centred - np.log(np.sum(np.exp(centred), axis=-1, keepdims=True)),)

    return run


def _below_largest(x: Array) -> Array:
    centred: Array = x - np.max(x, axis=-1, keepdims=True, initial=-np.inf)
    return centred

"""L2_NORMALIZATION of quantized bytes: division by the root of the sum of squares over the last
axis.

Source: ``tflite/kernels/internal/reference/l2normalization.h`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.activation import activation_bounds
from kernels.element_types import BYTES
from kernels.inverse_root import inverse_root
from kernels.node import Array, Node, Run
from kernels.per_tensor import per_tensor_operands
from kernels.requantization import Multiplier, multiply_by_quantized_multiplier

OUTPUT_BITS = 7
"""Results are steps of 1/128."""


def l2_normalization(node: Node) -> Run:
    """x divided by the root of the sum of its squares."""
    given, out = per_tensor_operands(node, BYTES)
    activation_bounds(node.options.fused_activation_function)
    scale = _scaled_int8 if given.dtype == np.int8 else _scaled_uint8

    def run(x: Array) -> tuple[Array, ...]:
        centred = given.centred(x)
        inverse = inverse_root(np.sum(np.square(centred), axis=-1, keepdims=True))
        return (out.stored(scale(centred, inverse)),)

    return run


def _scaled_int8(centred: Array, inverse: Multiplier) -> Array:
    steps = Multiplier(inverse.value, inverse.shift + OUTPUT_BITS)
    return multiply_by_quantized_multiplier(centred, steps)


def _scaled_uint8(centred: Array, inverse: Multiplier) -> Array:
    return multiply_by_quantized_multiplier(centred << OUTPUT_BITS, inverse)

"""What LiteRT's default does differently: XNNPACK's output stage, and which nodes it takes.

Source: google/XNNPACK src/qd8-f32-qc8w-gemm, google-ai-edge/LiteRT
tflite/delegates/xnnpack/xnnpack_delegate.cc.
"""

from __future__ import annotations

import numpy as np

from kernels.activation import NONE, RELU, RELU6, RELU_N1_TO_1
from kernels.node import XNNPACK, Array, Node


def takes(node: Node, weight: int, fused_activation: int) -> bool:
    """Whether XNNPACK takes the node: asked for, a constant weight, a clamp as activation.

    What it does not take runs in TFLite's own kernel.
    """
    operand = node.inputs[weight]
    return (
        node.numerics == XNNPACK
        and operand is not None
        and operand.constant is not None
        and fused_activation in (NONE, RELU, RELU_N1_TO_1, RELU6)
    )


def dequantize(accumulator: Array, scale: Array, weight_scale: Array, bias: Array | float) -> Array:
    """``fma(accumulator * scale, weight_scale, bias)`` in float32.

    The fma is emulated: a product of two float32 is exact in float64, so only the sum is
    rounded twice, which shows about once in 2**29 elements. XNNPACK itself has no fma on x86
    before AVX2 and differs there by one unit.
    """
    scaled = (accumulator * scale).astype(np.float64)
    scaled *= weight_scale
    scaled += bias
    return scaled.astype(np.float32)

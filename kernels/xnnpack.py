"""What LiteRT's default does differently: XNNPACK's output stage, and which nodes it takes.

Source: google/XNNPACK src/qd8-f32-qc8w-gemm, google-ai-edge/LiteRT
tflite/delegates/xnnpack/xnnpack_delegate.cc.
"""

from __future__ import annotations

import numpy as np

from kernels.activation import NONE, RELU, RELU6, RELU_N1_TO_1
from kernels.node import REFERENCE, XNNPACK, Array, Node


def takes(node: Node, weight: int, fused_activation: int, bias: int | None = None) -> bool:
    """Whether XNNPACK takes the node: asked for, a constant weight, a constant bias or none,
    a clamp as activation. ``weight`` and ``bias`` are operand numbers.

    What it does not take runs in TFLite's own kernel.
    """
    operand = node.inputs[weight]
    addend = None if bias is None else node.optional(bias)
    return (
        node.numerics == XNNPACK
        and operand is not None
        and operand.constant is not None
        and (addend is None or addend.constant is not None)
        and fused_activation in (NONE, RELU, RELU_N1_TO_1, RELU6)
    )


def takes_integers(
    node: Node, x: int, weight: int, fused_activation: int, bias: int | None = None
) -> bool:
    """``takes`` for full-integer nodes: INT8, and UINT8 whose one scale is said to be on axis 0;
    no INT4 weights."""
    tensor = node.operand(weight).tensor
    axis = 0 if tensor.quantization is None else tensor.quantization.axis
    same = node.operand(x).tensor.type == tensor.type
    taken = same and (tensor.type == "INT8" or (tensor.type == "UINT8" and axis == 0))
    return taken and takes(node, weight, fused_activation, bias)


def float_numerics(node: Node, weight: int, bias: int) -> str:
    """Whose float arithmetic a node with weights follows: XNNPACK's if it takes the node.

    Otherwise TFLite's optimized kernel runs. It rounds as the reference kernel does, which
    stands in for it: only some of its sums are in another order.
    """
    taken = takes(node, weight, node.options.fused_activation_function, bias)
    return XNNPACK if taken else REFERENCE


def dequantize(accumulator: Array, scale: Array, weight_scale: Array, bias: Array | float) -> Array:
    """``fma(accumulator * scale, weight_scale, bias)`` in float32."""
    return fused_multiply_add(accumulator * scale, weight_scale, bias)


def fused_multiply_add(a: Array, b: Array | np.float32, c: Array | np.float32 | float) -> Array:
    """``fma(a, b, c)`` in the shape of ``a``, float32.

    The fma is emulated: a product of two float32 is exact in float64, so only the sum is
    rounded twice, which shows about once in 2**29 elements. XNNPACK itself has no fma on x86
    before AVX2 and differs there by one unit.
    """
    total = a.astype(np.float64)
    total *= b
    total += c
    return total.astype(np.float32)

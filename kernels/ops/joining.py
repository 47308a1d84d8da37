"""Several tensors made one: CONCATENATION, PACK.

Source: ``tflite/kernels/{concatenation,pack}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.activation import fused_clamp
from kernels.affine import require_one_quantization
from kernels.axes import resolve_axis
from kernels.element_types import present_inputs
from kernels.node import Array, Node, Run


def concatenation(node: Node) -> Run:
    """One after the other along an axis. Integers are moved as they are."""
    require_one_quantization((*present_inputs(node), *node.outputs))
    axis = node.options.axis
    activation = fused_clamp(node.options.fused_activation_function)

    def run(*inputs: Array) -> tuple[Array, ...]:
        return (activation(np.concatenate(inputs, resolve_axis(axis, inputs[0].ndim))),)

    return run


def pack(node: Node) -> Run:
    """Tensors of one shape along a new axis."""
    axis = node.options.axis

    def run(*inputs: Array) -> tuple[Array, ...]:
        return (np.stack(inputs, resolve_axis(axis, inputs[0].ndim + 1)),)

    return run

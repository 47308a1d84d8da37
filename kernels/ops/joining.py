"""Several tensors made one: CONCATENATION, PACK.

Source: ``tflite/kernels/{concatenation,pack}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kernels.activation import NONE, fused_clamp
from kernels.affine import require_one_quantization
from kernels.axes import resolve_axis
from kernels.element_types import present_inputs
from kernels.errors import UnsupportedOperatorError
from kernels.lookup_table import round_half_away
from kernels.model import Tensor
from kernels.node import Array, Node, Run
from kernels.per_tensor import PerTensor


def concatenation(node: Node) -> Run:
    """One after the other along an axis. Integers are moved as they are, but for UINT8, which
    takes the output's scale; LiteRT refuses INT8 of another scale, and moves INT16 all the same.

    Raises UnsupportedOperatorError for other integers of different scales, and for integers with
    an activation, which XNNPACK leaves out.
    """
    if node.outputs[0].tensor.type != "UINT8":
        require_one_quantization((*present_inputs(node), *node.outputs))
    axis, code = node.options.axis, node.options.fused_activation_function
    if code != NONE and node.outputs[0].tensor.type != "FLOAT32":
        raise UnsupportedOperatorError(
            f"Its activation is {code}; integers take none.",
            "Convert the model again with the activation as an operator of its own.",
        )
    activation = fused_clamp(code)
    operands = map(node.operand, range(len(node.inputs)))
    rescaled = [_rescaled(operand.tensor, node.outputs[0].tensor) for operand in operands]

    def run(*inputs: Array) -> tuple[Array, ...]:
        parts = [rescale(part) for rescale, part in zip(rescaled, inputs, strict=True)]
        return (activation(np.concatenate(parts, resolve_axis(axis, inputs[0].ndim))),)

    return run


def _rescaled(part: Tensor, whole: Tensor) -> Callable[[Array], Array]:
    """Equals ``ConcatenationWithScaling``; nothing to do if both mean the same by a code."""
    if part.quantization is None or whole.quantization is None:
        return lambda q: q
    given, out = PerTensor.of(part), PerTensor.of(whole)
    if given == out:
        return lambda q: q
    ratio = given.scale * (np.float32(1) / out.scale)
    bias = np.float32(-given.zero_point) * ratio
    return lambda q: out.stored(round_half_away(q * ratio + bias).astype(np.int64))


def pack(node: Node) -> Run:
    """Tensors of one shape along a new axis."""
    axis = node.options.axis

    def run(*inputs: Array) -> tuple[Array, ...]:
        return (np.stack(inputs, resolve_axis(axis, inputs[0].ndim + 1)),)

    return run

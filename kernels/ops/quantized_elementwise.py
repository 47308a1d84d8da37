"""Functions of one quantized tensor, element by element: ABS, NEG, EXP, LOG.

Source: ``tflite/kernels/{elementwise,exp,neg}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.affine import require_one_quantization
from kernels.float_functions import reference_exp, reference_log
from kernels.lookup_table import Function, tabulated
from kernels.node import Array, Node, Run
from kernels.per_tensor import PerTensor, per_tensor_operands
from kernels.requantization import Multiplier, multiply_by_quantized_multiplier


def absolute(node: Node) -> Run:
    """|x|."""
    given, out = per_tensor_operands(node)
    same = given.scale == out.scale
    multiplier = Multiplier.of(given.scale / out.scale)

    def run(x: Array) -> tuple[Array, ...]:
        magnitude = np.abs(given.centred(x))
        if same:
            return (out.stored(magnitude),)
        return (out.stored(multiply_by_quantized_multiplier(magnitude, multiplier)),)

    return run


def negative(node: Node) -> Run:
    """-x, in the quantization of x."""
    require_one_quantization((node.operand(0), node.outputs[0]))
    given, out = per_tensor_operands(node)

    def run(x: Array) -> tuple[Array, ...]:
        return (out.stored(-given.centred(x)),)

    return run


def exp(node: Node) -> Run:
    """e to the x."""
    return _tabulated(node, reference_exp)


def log(node: Node) -> Run:
    """The natural logarithm; of 0 and below the smallest number that the output has."""
    out = PerTensor.of(node.outputs[0].tensor)
    least = out.dequantized(np.array(out.limits[0]))

    def bounded_log(x: Array) -> Array:
        positive = x > 0
        return np.where(positive, reference_log(np.where(positive, x, np.float32(1))), least)

    return _tabulated(node, bounded_log)


def _tabulated(node: Node, function: Function) -> Run:
    given, out = per_tensor_operands(node)
    look_up = tabulated(function, given, out)

    def run(x: Array) -> tuple[Array, ...]:
        return (look_up(x),)

    return run

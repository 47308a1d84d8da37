"""Functions of one quantized tensor, element by element: ABS, NEG, EXP, LOG, SQRT, RSQRT.

Source: ``tflite/kernels/{elementwise,exp,neg}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kernels.affine import require_one_quantization
from kernels.element_types import SIGNED
from kernels.errors import InputError
from kernels.float_functions import reference_exp, reference_log
from kernels.inverse_root import inverse_root
from kernels.lookup_table import Function, tabulated
from kernels.node import Array, Node, Run
from kernels.per_tensor import PerTensor, per_tensor_operands
from kernels.requantization import Multiplier, multiply_by_quantized_multiplier

FINE_BITS = 20
"""By which an inverse root is raised to be an integer."""


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


def square_root(node: Node) -> Run:
    """The square root, in steps of the output rounded towards zero."""
    given, out = per_tensor_operands(node, SIGNED)

    def run(x: Array) -> tuple[Array, ...]:
        _require_positive(given, x, "SQRT")
        steps = np.sqrt(given.dequantized(x)) / out.scale
        return (out.stored(np.trunc(steps).astype(np.int64)),)

    return run


def reciprocal_square_root(node: Node) -> Run:
    """1 / sqrt(x), of 0 the largest code: int16 by a table."""
    given, out = per_tensor_operands(node, SIGNED)
    rsqrt = _int16_rsqrt(given, out) if given.dtype == np.int16 else _int8_rsqrt(given, out)

    def run(x: Array) -> tuple[Array, ...]:
        _require_positive(given, x, "RSQRT")
        return (rsqrt(x),)

    return run


def _require_positive(given: PerTensor, x: Array, name: str) -> None:
    if (x < given.zero_point).any():
        raise InputError(f"{name} of a number below 0.", "Check the input of the operator.")


def _int8_rsqrt(given: PerTensor, out: PerTensor) -> Callable[[Array], Array]:
    multiplier = Multiplier.of(1.0 / float(np.sqrt(given.scale) * out.scale))
    lowered = Multiplier(multiplier.value, multiplier.shift - FINE_BITS)
    largest = np.iinfo(given.dtype).max

    def rsqrt(x: Array) -> Array:
        centred = given.centred(x)
        inverse = inverse_root(centred)
        raised = Multiplier(inverse.value, inverse.shift + FINE_BITS)
        fine = multiply_by_quantized_multiplier(np.ones_like(centred), raised)
        codes = out.stored(multiply_by_quantized_multiplier(fine, lowered))
        return np.where(centred == 0, out.dtype.type(largest), codes)

    return rsqrt


def _int16_rsqrt(given: PerTensor, out: PerTensor) -> Callable[[Array], Array]:
    most = out.dequantized(np.array(out.limits[1]))

    def bounded_rsqrt(x: Array) -> Array:
        positive = x > 0
        return np.where(positive, np.float32(1) / np.sqrt(np.where(positive, x, 1)), most)

    return tabulated(bounded_rsqrt, given, out)


def _tabulated(node: Node, function: Function) -> Run:
    given, out = per_tensor_operands(node)
    look_up = tabulated(function, given, out)

    def run(x: Array) -> tuple[Array, ...]:
        return (look_up(x),)

    return run

"""Arithmetic of two tensors that broadcast: ADD, SUB, MUL, DIV and their kin; ADD_N.

Integers wrap around, as in TFLite's kernels; a division of integers by zero is an error.
Source: ``tflite/kernels/{add,sub,mul,div,floor_div,floor_mod,pow,maximum_minimum,
squared_difference,add_n}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import numpy as np

from kernels import float_functions
from kernels.activation import NONE, fused_clamp
from kernels.divisor import require_divisor
from kernels.element_types import NUMBERS, or_quantized, require_one_type
from kernels.errors import InputError
from kernels.node import Array, Node, Prepare, Run
from kernels.ops import quantized_arithmetic

_RAW_INTEGERS = ("UINT8", "INT8", "INT16")
"""Types that only an operator that picks one of its inputs may take as they are."""
_PLAIN = ("INT16",)
"""Types of quantized integers that ADD and MUL also take without a scale."""


def _binary(compute: Callable[[Array, Array], Array], types: tuple[str, ...]) -> Prepare:
    """A kernel of ``compute`` followed by the fused activation, if the operator has one."""

    def prepare(node: Node) -> Run:
        require_one_type(node, types)
        activation = fused_clamp(getattr(node.options, "fused_activation_function", NONE))

        def run(x: Array, y: Array) -> tuple[Array, ...]:
            node.limits.check_broadcast(x, y)
            return (activation(compute(x, y)),)

        return run

    return prepare


def _divide(x: Array, y: Array) -> Array:
    """x / y; integers round towards zero."""
    if y.dtype.kind == "f":
        return np.asarray(x / y)
    require_divisor(y)
    floor = x // y
    inexact_and_negative = (floor * y != x) & ((x < 0) != (y < 0))
    return np.asarray(floor + inexact_and_negative.astype(floor.dtype))


def _floor_divide(x: Array, y: Array) -> Array:
    """floor(x / y); of floats the quotient is taken in float64, as TFLite does."""
    require_divisor(y)
    if y.dtype.kind != "f":
        return np.floor_divide(x, y)
    return np.floor(np.divide(x, y, dtype=np.float64)).astype(x.dtype)


def _floor_modulo(x: Array, y: Array) -> Array:
    """The remainder that has the sign of y."""
    require_divisor(y)
    remainder = np.fmod(x, y)
    other_sign = (remainder != 0) & ((remainder < 0) != (y < 0))
    return np.where(other_sign, remainder + y, remainder)


def _power(x: Array, y: Array) -> Array:
    if y.dtype.kind == "f":
        return float_functions.power(x, y)
    if np.any(y < 0):
        raise InputError(
            "POW of integers has a negative exponent.", "Check the input of the exponent."
        )
    return np.power(x, y)


def _squared_difference(x: Array, y: Array) -> Array:
    return np.square(np.subtract(x, y))


add = or_quantized(_binary(np.add, (*NUMBERS, *_PLAIN)), quantized_arithmetic.add, _PLAIN)
sub = or_quantized(_binary(np.subtract, NUMBERS), quantized_arithmetic.sub)
mul = or_quantized(
    _binary(np.multiply, (*NUMBERS, *_PLAIN, "UINT32", "COMPLEX64")),
    quantized_arithmetic.mul,
    _PLAIN,
)
div = or_quantized(_binary(_divide, ("FLOAT32", "INT32")), quantized_arithmetic.div)
floor_div = _binary(_floor_divide, ("FLOAT32", "INT8", "INT16", "INT32"))
floor_mod = _binary(_floor_modulo, (*NUMBERS, "INT8", "INT16"))
power = _binary(_power, ("FLOAT32", "INT32"))
maximum = _binary(np.maximum, (*NUMBERS, *_RAW_INTEGERS))
minimum = _binary(np.minimum, (*NUMBERS, *_RAW_INTEGERS))
squared_difference = or_quantized(
    _binary(_squared_difference, ("FLOAT32", "INT32")), quantized_arithmetic.squared_difference
)


def add_n(node: Node) -> Run:
    """The sum of all inputs, which have one shape."""
    require_one_type(node, ("FLOAT32", "INT32"))

    def run(*inputs: Array) -> tuple[Array, ...]:
        return (reduce(np.add, inputs),)

    return run

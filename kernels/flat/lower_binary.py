"""Functions of two tensors that broadcast, as instructions: arithmetic, comparisons, logic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from kernels.activation import NONE, RELU, RELU6, RELU_N1_TO_1, activation_bounds
from kernels.flat import lower_division, lower_integers, lower_tables
from kernels.flat.broadcast import binary_instructions, lowered_binary, operands
from kernels.flat.instruction import Instruction, Lower, Lowered
from kernels.flat.nests import GRAIN
from kernels.flat.quantized import first_of, or_quantized
from kernels.flat.value import Source, Value, new_value
from kernels.node import Node

CLAMPS = (NONE, RELU, RELU_N1_TO_1, RELU6)
_FLOAT, _INT32, _INT64, _BOOL = (np.dtype(t) for t in (np.float32, np.int32, np.int64, np.bool_))
_INT8, _UINT8 = np.dtype(np.int8), np.dtype(np.uint8)

Kernels = Mapping[np.dtype[Any], str]
"""Names of kernels by dtype of the operands."""


def _arithmetic(of_floats: str, of_integers: Kernels = MappingProxyType({})) -> Lower:
    """An operator with a fused activation: floats are clamped, integers must have none."""

    def lower(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
        given = operands(inputs)
        activation = getattr(node.options, "fused_activation_function", NONE)
        if given is None or activation not in CLAMPS:
            return None
        dtype = given[0].dtype
        if dtype == _FLOAT:
            return lowered_binary(of_floats, *given, dtype, activation_bounds(activation))
        if dtype not in of_integers or activation != NONE:
            return None
        return lowered_binary(of_integers[dtype], *given, dtype)

    return lower


def _selecting(
    kernels: Kernels,
    dtype: np.dtype[Any] | None,
    swapped: bool = False,
    as_they_are: bool = False,
) -> Lower:
    """An operator without options; ``dtype`` of the result, None if that of the operands;
    ``as_they_are``: quantized integers too."""

    def lower(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
        given = operands(inputs)
        if given is None or given[0].dtype not in kernels:
            return None
        if _is_quantized(node) and not as_they_are:
            return None
        x, y = reversed(given) if swapped else given
        return lowered_binary(kernels[x.dtype], x, y, dtype or x.dtype)

    return lower


def _is_quantized(node: Node) -> bool:
    operands = (operand for operand in node.inputs if operand is not None)
    return any(operand.tensor.quantization is not None for operand in operands)


def _by_type(kernel: str, *dtypes: np.dtype[Any]) -> Kernels:
    return MappingProxyType({dtype: f"{kernel}_{dtype.name}" for dtype in dtypes})


def _integers(kernel: str) -> Kernels:
    return _by_type(f"arithmetic.{kernel}", _INT32, _INT64)


def _numbers(kernel: str) -> Kernels:
    return MappingProxyType({_FLOAT: f"arithmetic.{kernel}", **_integers(kernel)})


def _or_of_bytes(lower: Lower, by_xnnpack: Lower, by_table: Lower) -> Lower:
    """Of bytes as XNNPACK, where it takes them, or by a table."""
    return or_quantized(lower, first_of(by_xnnpack, by_table))


def _picking(kernel: str) -> Lower:
    """Of integers of any quantization, as they are."""
    kernels = {**_numbers(kernel), **_by_type(f"arithmetic.{kernel}", _INT8, _UINT8)}
    return _selecting(kernels, None, as_they_are=True)


def _comparison(kernel: str, swapped: bool = False, *more: np.dtype[Any]) -> Lower:
    kernels = _by_type(f"comparison.{kernel}", _FLOAT, _INT32, _INT64, *more)
    return _selecting(kernels, _BOOL, swapped)


add = _or_of_bytes(
    _arithmetic("arithmetic.add", _integers("add")), lower_integers.add, lower_tables.add
)
sub = _or_of_bytes(
    _arithmetic("arithmetic.sub", _integers("sub")), lower_integers.sub, lower_tables.sub
)
mul = _or_of_bytes(
    _arithmetic("arithmetic.mul", _integers("mul")), lower_integers.mul, lower_tables.mul
)
div = or_quantized(first_of(_arithmetic("arithmetic.div"), lower_division.div), lower_tables.div)
maximum = _picking("maximum")
minimum = _picking("minimum")
prelu = or_quantized(_selecting({_FLOAT: "arithmetic.prelu"}, None), lower_tables.prelu)
squared_difference = or_quantized(
    _selecting({_FLOAT: "arithmetic.squared_difference"}, None), lower_tables.squared_difference
)

less = or_quantized(_comparison("less"), lower_tables.less)
less_equal = or_quantized(_comparison("less_equal"), lower_tables.less_equal)
greater = or_quantized(_comparison("less", True), lower_tables.greater)
greater_equal = or_quantized(_comparison("less_equal", True), lower_tables.greater_equal)
equal = or_quantized(_comparison("equal", False, _BOOL), lower_tables.equal)
not_equal = or_quantized(_comparison("not_equal", False, _BOOL), lower_tables.not_equal)
logical_and = _selecting(_by_type("comparison.logical_and", _BOOL), None)
logical_or = _selecting(_by_type("comparison.logical_or", _BOOL), None)


def power(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """POW of floats; a constant is spread over the other's shape."""
    given = operands(inputs)
    if given is None or given[0].dtype != _FLOAT:
        return None
    shape = next((operand.shape for operand in given if isinstance(operand, Value)), None)
    x, y = (_spread(operand, shape) for operand in given)
    if shape is None or x is None or y is None:
        return None
    z = new_value(shape, _FLOAT)
    return Lowered((z,), (Instruction("libm.power", (x, y, z), z.count, GRAIN // 16),))


def _spread(operand: Source, shape: tuple[int, ...] | None) -> Source | None:
    """The operand in that shape; None if it does not broadcast to it."""
    if operand.shape == shape or shape is None:
        return operand
    if isinstance(operand, Value) or np.broadcast_shapes(operand.shape, shape) != shape:
        return None
    return np.ascontiguousarray(np.broadcast_to(operand, shape))


def add_n(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """ADD_N: one sum after the other."""
    first = inputs[0] if inputs else None
    kernels = {_FLOAT: "arithmetic.add", **_integers("add")}
    if not isinstance(first, Value) or first.dtype not in kernels:
        return None
    numbers = activation_bounds(NONE) if first.dtype == _FLOAT else ()
    total, made = first, Lowered((first,))
    for other in inputs[1:]:
        if other is None or (other.shape, other.dtype) != (first.shape, first.dtype):
            return None
        total, added = new_value(first.shape, first.dtype), total
        step = binary_instructions(kernels[first.dtype], added, other, total, numbers)
        made = Lowered((total,), (*made.instructions, *(step or ())))
    return made

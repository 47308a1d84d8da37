"""Functions of two tensors that broadcast, as instructions: arithmetic, comparisons, logic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from kernels.activation import NONE, RELU, RELU6, RELU_N1_TO_1, activation_bounds
from kernels.flat.instruction import Instruction, Lower, Lowered
from kernels.flat.nests import GRAIN, Nest, broadcast_strides, dense_strides, merged_axes, nests
from kernels.flat.value import Source, Value, elements_from, new_value
from kernels.node import Node

CLAMPS = (NONE, RELU, RELU_N1_TO_1, RELU6)
_FLOAT, _INT32, _INT64, _BOOL = (np.dtype(t) for t in (np.float32, np.int32, np.int64, np.bool_))

Kernels = Mapping[np.dtype[Any], str]
"""Names of kernels by dtype of the operands."""


def binary_instructions(
    kernel: str, x: Source, y: Source, z: Value, numbers: Sequence[float] = ()
) -> tuple[Instruction, ...] | None:
    """z = kernel(x, y, ..., numbers), where x and y broadcast to z; None if in too many parts."""
    if not z.count:
        return ()
    strides = [broadcast_strides(operand.shape, len(z.shape)) for operand in (x, y)]
    made = nests(merged_axes(z.shape, *strides, dense_strides(z.shape)))
    return tuple(_instruction(kernel, (x, y, z), nest, numbers) for nest in made) or None


def _instruction(
    kernel: str, arrays: Sequence[Source], nest: Nest, numbers: Sequence[float]
) -> Instruction:
    placed = [elements_from(*given) for given in zip(arrays, nest.starts, strict=True)]
    steps = zip(nest.columns_apart, nest.rows_apart, nest.rounds_apart, strict=True)
    x_steps, y_steps, _ = steps
    layout = (nest.columns, nest.inner, *x_steps, *y_steps)
    return Instruction(kernel, (*placed, *layout, *numbers), nest.rows, nest.grain)


def lowered_binary(
    kernel: str, x: Source, y: Source, dtype: np.dtype[Any], numbers: Sequence[float] = ()
) -> Lowered | None:
    """The operator that ``kernel`` is, with a result of ``dtype``; None if x and y do not fit."""
    if not isinstance(x, Value) and not isinstance(y, Value):
        return None
    try:
        z = new_value(np.broadcast_shapes(x.shape, y.shape), dtype)
    except ValueError:
        return None  # the plain kernel says that they do not broadcast
    instructions = binary_instructions(kernel, x, y, z, numbers)
    return None if instructions is None else Lowered((z,), instructions)


def operands(inputs: Sequence[Source | None]) -> tuple[Source, Source] | None:
    """Two inputs of one type."""
    if len(inputs) != 2:
        return None
    x, y = inputs
    return None if x is None or y is None or x.dtype != y.dtype else (x, y)


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


def _selecting(kernels: Kernels, dtype: np.dtype[Any] | None, swapped: bool = False) -> Lower:
    """An operator without options; ``dtype`` of the result, None if that of the operands."""

    def lower(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
        given = operands(inputs)
        if given is None or given[0].dtype not in kernels or _is_quantized(node):
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


def _comparison(kernel: str, swapped: bool = False, *more: np.dtype[Any]) -> Lower:
    kernels = _by_type(f"comparison.{kernel}", _FLOAT, _INT32, _INT64, *more)
    return _selecting(kernels, _BOOL, swapped)


add = _arithmetic("arithmetic.add", _integers("add"))
sub = _arithmetic("arithmetic.sub", _integers("sub"))
mul = _arithmetic("arithmetic.mul", _integers("mul"))
div = _arithmetic("arithmetic.div")
maximum = _selecting(_numbers("maximum"), None)
minimum = _selecting(_numbers("minimum"), None)
squared_difference = _selecting({_FLOAT: "arithmetic.squared_difference"}, None)

less, less_equal = _comparison("less"), _comparison("less_equal")
greater, greater_equal = _comparison("less", True), _comparison("less_equal", True)
equal, not_equal = _comparison("equal", False, _BOOL), _comparison("not_equal", False, _BOOL)
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

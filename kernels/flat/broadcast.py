"""Functions of two tensors that broadcast, as instructions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.nests import Nest, broadcast_strides, dense_strides, merged_axes, nests
from kernels.flat.value import Source, Value, elements_from, new_value
from kernels.node import Array


def binary_instructions(
    kernel: str, x: Source, y: Source, z: Value, more: Sequence[float | Array] = ()
) -> tuple[Instruction, ...] | None:
    """z = kernel(x, y, ..., more), where x and y broadcast to z; None if in too many parts."""
    if not z.count:
        return ()
    strides = [broadcast_strides(operand.shape, len(z.shape)) for operand in (x, y)]
    made = nests(merged_axes(z.shape, *strides, dense_strides(z.shape)))
    return tuple(_instruction(kernel, (x, y, z), nest, more) for nest in made) or None


def _instruction(
    kernel: str, arrays: Sequence[Source], nest: Nest, more: Sequence[float | Array]
) -> Instruction:
    placed = [elements_from(*given) for given in zip(arrays, nest.starts, strict=True)]
    steps = zip(nest.columns_apart, nest.rows_apart, nest.rounds_apart, strict=True)
    x_steps, y_steps, _ = steps
    layout = (nest.columns, nest.inner, *x_steps, *y_steps)
    return Instruction(kernel, (*placed, *layout, *more), nest.rows, nest.grain)


def lowered_binary(
    kernel: str, x: Source, y: Source, dtype: np.dtype[Any], more: Sequence[float | Array] = ()
) -> Lowered | None:
    """The operator that ``kernel`` is, with a result of ``dtype``; None if x and y do not fit."""
    if not isinstance(x, Value) and not isinstance(y, Value):
        return None
    try:
        z = new_value(np.broadcast_shapes(x.shape, y.shape), dtype)
    except ValueError:
        return None  # the plain kernel says that they do not broadcast
    instructions = binary_instructions(kernel, x, y, z, more)
    return None if instructions is None else Lowered((z,), instructions)


def operands(inputs: Sequence[Source | None]) -> tuple[Source, Source] | None:
    """Two inputs of one type."""
    if len(inputs) != 2:
        return None
    x, y = inputs
    return None if x is None or y is None or x.dtype != y.dtype else (x, y)

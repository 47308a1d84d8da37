"""RESIZE_BILINEAR of floats and RESIZE_NEAREST_NEIGHBOR as instructions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from kernels.errors import TfliteQuantError
from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.value import Source, Value, new_value
from kernels.isa import instruction_set
from kernels.node import Array, Node
from kernels.ops.resizing import Grid, new_size, xnnpack_between

WORD = 4
"""Bytes of the largest number that is copied at a time."""
GRAIN = 1 << 14
"""Numbers that a thread makes at least."""
LARGEST_COUNT = 2**31 - 1
"""Of pixels of a row or a column."""

_PICKING: Mapping[int, tuple[str, np.dtype]] = MappingProxyType(
    {1: ("picking.pick_bytes", np.dtype(np.int8)), 4: ("picking.pick_words", np.dtype(np.int32))}
)
"""Bytes of a number -> kernel, and as what it sees them."""


def bilinear(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """RESIZE_BILINEAR of floats."""
    x, size = inputs[0], _size(node, inputs)
    if not isinstance(x, Value) or size is None or x.dtype != np.float32:
        return None
    grid = Grid.of(node.options)
    y = new_value((x.shape[0], *size, x.shape[3]), x.dtype)
    tables: list[Array] = []
    for length, result in zip(x.shape[1:3], size, strict=True):
        between = xnnpack_between(grid, length, result)
        tables += (between.below.astype(np.int32), between.above.astype(np.int32), between.weight)
    return _made(f"windows_{instruction_set().name}.interpolate", x, y, (x, y, *tables))


def nearest(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """RESIZE_NEAREST_NEIGHBOR of numbers of one or four bytes."""
    x, size = inputs[0], _size(node, inputs)
    if not isinstance(x, Value) or size is None or x.dtype.itemsize not in _PICKING:
        return None
    grid, y = Grid.of(node.options), new_value((x.shape[0], *size, x.shape[3]), x.dtype)
    picked = [
        grid.nearest(length, result).astype(np.int32)
        for length, result in zip(x.shape[1:3], size, strict=True)
    ]
    pixel = x.shape[3] * x.dtype.itemsize
    number = WORD if pixel % WORD == 0 else x.dtype.itemsize
    kernel, kind = _PICKING[number]
    given, made = (
        replace(value, shape=(*value.shape[:3], pixel // number), dtype=kind) for value in (x, y)
    )
    return replace(_made(kernel, given, made, (given, made, *picked)), outputs=(y,))


def _size(node: Node, inputs: Sequence[Source | None]) -> tuple[int, int] | None:
    """Rows and columns of the result; None if they are not known, or nothing is made."""
    x, size = inputs[:2]
    if not (isinstance(x, Value) and isinstance(size, np.ndarray) and size.dtype == np.int32):
        return None
    if not x.count or max(x.shape) > LARGEST_COUNT:
        return None
    try:
        return new_size(node, x.shape, x.dtype.itemsize, size)
    except TfliteQuantError:
        return None  # the plain kernel says what is wrong


def _made(kernel: str, x: Value, y: Value, operands: tuple[Source, ...]) -> Lowered:
    arguments = (*operands, *x.shape[1:], *y.shape[1:3])
    chunks = y.shape[0] * y.shape[1]
    grain = max(1, GRAIN // (y.shape[2] * y.shape[3]))
    return Lowered((y,), (Instruction(kernel, arguments, chunks, grain),))

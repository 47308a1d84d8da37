"""RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR as instructions, to a size that is known."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from kernels.affine import require_one_quantization
from kernels.flat.copies import as_bytes
from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.nests import GRAIN
from kernels.flat.value import Source, Value, new_value
from kernels.node import Array, Node
from kernels.ops.quantized_resizing import xnnpack_places
from kernels.ops.resizing import Grid, new_size, xnnpack_between

BILINEAR = ("float32", "int8", "uint8")


def _sizes(node: Node, inputs: Sequence[Source | None]) -> tuple[Value, int, int] | None:
    """Images and the size to make; None if it is computed."""
    x, size = inputs
    if not isinstance(x, Value) or not isinstance(size, np.ndarray):
        return None
    return x, *new_size(node, x.shape, x.dtype.itemsize, size)


def resize_bilinear(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """RESIZE_BILINEAR, where XNNPACK takes it."""
    given = _sizes(node, inputs)
    if given is None or given[0].dtype.name not in BILINEAR:
        return None
    x, height, width = given
    if x.dtype != np.float32 and node.operand(1).constant is None:
        return None
    require_one_quantization((node.operand(0), node.outputs[0]))
    n, rows, columns, channels = x.shape
    y = new_value((n, height, width, channels), x.dtype)
    along = _along(node, x.dtype, rows, height, columns * channels)
    across = _along(node, x.dtype, columns, width, channels)
    numbers = (height, width, channels, prod(x.shape[1:]))
    fields, grain = (x, y, *along, *across, *numbers), max(1, GRAIN // max(width * channels, 1))
    chunks = n * height if y.count else 0
    return Lowered((y,), (Instruction(f"resizing.bilinear_{x.dtype}", fields, chunks, grain),))


def _along(
    node: Node, dtype: np.dtype[Any], length: int, result: int, apart: int
) -> tuple[Array, Array]:
    """The pairs, ``apart`` elements between neighbours, and weights of an axis."""
    if dtype == np.float32:
        between = xnnpack_between(Grid.of(node.options), length, result)
        pairs, weight = (between.below, between.above), between.weight
    else:
        places = xnnpack_places(node.options)(length, result)
        pairs, weight = (places.low, places.high), places.weight.astype(np.int32)
    return np.stack(pairs, axis=1).astype(np.int64) * apart, weight


def resize_nearest_neighbor(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """RESIZE_NEAREST_NEIGHBOR: pixels by their numbers."""
    given = _sizes(node, inputs)
    if given is None:
        return None
    x, height, width = given
    n, rows, columns, channels = x.shape
    grid, y = Grid.of(node.options), new_value((n, height, width, channels), x.dtype)
    lines, places = grid.nearest(rows, height), grid.nearest(columns, width)
    numbers = (lines[:, np.newaxis] * columns + places).ravel().astype(np.int32)
    size, count = channels * x.dtype.itemsize, height * width
    fields = (as_bytes(x), numbers, as_bytes(y), n, rows * columns, count, size)
    chunks, grain = (n * count if y.count else 0), max(1, GRAIN // max(size, 1))
    return Lowered((y,), (Instruction("indexing.gather_int32", fields, chunks, grain),))

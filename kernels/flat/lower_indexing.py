"""GATHER and DYNAMIC_UPDATE_SLICE by computed indices, as instructions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod

import numpy as np

from kernels.axes import resolve_axis
from kernels.flat.copies import as_bytes, copy
from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.lower_fully_connected import fully_connected
from kernels.flat.value import Source, Value, new_value
from kernels.node import Array, Node

GRAIN = 1 << 15
"""Bytes that a thread moves at a time."""
INDEX_TYPES = (np.dtype(np.int32), np.dtype(np.int64))
MATRIX_RANK = 2


def gather(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """GATHER along any axis, with batch dimensions."""
    if len(inputs) != 2:
        return None
    x, indices = inputs
    if x is None or indices is None or indices.dtype not in INDEX_TYPES:
        return None
    axis = resolve_axis(node.options.axis, len(x.shape))
    batch = resolve_axis(node.options.batch_dims, len(indices.shape) + 1)
    if batch > axis or x.shape[:batch] != indices.shape[:batch]:
        return None
    picked = indices.shape[batch:]
    y = new_value((*x.shape[:axis], *picked, *x.shape[axis + 1 :]), x.dtype)
    outer, length, count = prod(x.shape[batch:axis]), x.shape[axis], prod(picked)
    size = prod(x.shape[axis + 1 :]) * x.dtype.itemsize
    rows = prod(x.shape[:axis]) * count
    if count and not rows:
        return None  # indices that no row compares
    arguments = (as_bytes(x), _flat(indices), as_bytes(y), outer, length, count, size)
    kernel = f"indexing.gather_{indices.dtype.name}"
    return Lowered((y,), (Instruction(kernel, arguments, rows, _grain(size)),))


def _flat(source: Source) -> Source:
    return source if isinstance(source, Value) else np.ascontiguousarray(source)


def _grain(size: int) -> int:
    return max(1, GRAIN // max(size, 1))


def dynamic_update_slice(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """DYNAMIC_UPDATE_SLICE: a copy, in which the update is then written."""
    if len(inputs) != 3:
        return None
    x, update, start = inputs
    if x is None or update is None or start is None or start.dtype not in INDEX_TYPES:
        return None
    rank = len(x.shape)
    fits = prod(start.shape) == len(update.shape) == rank > 0 and update.dtype == x.dtype
    if not fits or any(own > whole for own, whole in zip(update.shape, x.shape, strict=True)):
        return None
    y = new_value(x.shape, x.dtype)
    axes, size = _axes(update.shape, x.shape, x.dtype.itemsize)
    arguments = (as_bytes(update), _flat(start), as_bytes(y), axes, len(axes), size)
    rows = prod(update.shape) * x.dtype.itemsize // size if size else 0
    placed = Instruction(f"indexing.place_{start.dtype.name}", arguments, rows, _grain(size))
    return Lowered((y,), (copy(x, y), placed))


def _axes(own: Sequence[int], whole: Sequence[int], item: int) -> tuple[Array, int]:
    """What ``place`` needs of each axis, and the bytes of a row: the axes at the end that the
    update has all of are one with the axis before them."""
    last = max((axis for axis in range(len(own)) if own[axis] != whole[axis]), default=0)
    strides = [prod(whole[axis + 1 :]) * item for axis in range(last + 1)]
    rows = [(own[axis], whole[axis], strides[axis]) for axis in range(last + 1)]
    return np.array(rows, np.int64), own[last] * strides[last]


def gathered_product(
    picking: Node,
    dense: Node,
    picked: Sequence[Source | None],
    others: Sequence[Source | None],
) -> Lowered | None:
    """FULLY_CONNECTED of a row, or rows, that GATHER takes from a tensor that is the same in all
    turns of a loop: the product of all rows is made before the loop, and rows are taken from it.

    Every row is a product of its own, so nothing changes but when it is computed.
    """
    x, index = picked
    if not (isinstance(x, Value) and x.fixed and index is not None and others[0] is None):
        return None
    if picking.options.axis != 0 or picking.options.batch_dims or len(x.shape) < MATRIX_RANK:
        return None
    rows = x.reshaped((prod(x.shape[:-1]), x.shape[-1]))
    whole = fully_connected(dense, (rows, *others[1:]))
    product = whole.outputs[0] if whole is not None else None
    if whole is None or not isinstance(product, Value) or len(product.shape) != MATRIX_RANK:
        return None
    count, columns = product.shape
    if count != rows.shape[0]:
        return None
    taken = gather(picking, (product.reshaped((*x.shape[:-1], columns)), index))
    if taken is None:
        return None
    made = taken.outputs[0]
    if isinstance(made, Value) and not dense.options.keep_num_dims:
        made = made.reshaped((made.count // columns, columns))
    turns = count // max(1, prod(made.shape[:-1]))
    once = tuple(
        replace(code, runs=1 / max(1, turns)) if isinstance(code, Instruction) else code
        for code in whole.instructions
    )
    return Lowered((made,), taken.instructions, once, rows.count * columns)

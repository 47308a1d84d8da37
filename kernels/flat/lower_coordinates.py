"""GATHER_ND, and SLICE from a start that is computed, as instructions.

Coordinates are compared when the program runs; one that is outside ends it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from kernels.flat.copies import as_bytes
from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.lower_movement import slice_of
from kernels.flat.nests import GRAIN, PIECE, dense_strides
from kernels.flat.strided import Strided, copy_from, dense
from kernels.flat.value import Source, Value, new_value
from kernels.node import Node

MOST_ROWS = 2**31 - 1
"""That int32 can number."""
_REST = -1


def gather_nd(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """GATHER_ND: the last axis of the indices has one for each leading axis of x."""
    x, indices = inputs
    if x is None or not isinstance(indices, Value):
        return None
    depth = indices.shape[-1] if indices.shape else 0
    rows = prod(x.shape[:depth])
    if not 0 < depth <= len(x.shape) or rows > MOST_ROWS:
        return None
    wide = _as_int64(indices)
    if wide is None:
        return None
    table = new_value(indices.shape[:-1], np.int32)
    y = new_value((*table.shape, *x.shape[depth:]), x.dtype)
    sizes = np.array(x.shape[:depth], np.int64)
    find = Instruction("indices.coordinates", (wide[0], table, sizes, depth), table.count, GRAIN)
    size = prod(x.shape[depth:]) * x.dtype.itemsize
    fields = (as_bytes(x), table, as_bytes(y), 1, rows, table.count, size)
    grain = max(1, GRAIN // max(size, 1))
    take = Instruction("indexing.gather_int32", fields, table.count, grain)
    return Lowered((y,), (*wide[1], find, take))


def _as_int64(x: Value) -> tuple[Value, tuple[Instruction, ...]] | None:
    """Integers as int64, after these instructions."""
    if x.dtype == np.int64:
        return x, ()
    if x.dtype != np.int32:
        return None
    wide, blocks = new_value(x.shape, np.int64), -(-x.count // PIECE)
    widen = Instruction("casting.int32_to_int64", (x, wide, x.count), blocks, GRAIN // PIECE)
    return wide, (widen,)


def slice_from(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """SLICE, of a size that is known."""
    x, begin, size = inputs
    if not isinstance(begin, Value):
        return slice_of(node, inputs)
    if x is None or not isinstance(size, np.ndarray) or _REST in size:
        return None
    shape, rank = tuple(np.ravel(size).tolist()), len(x.shape)
    wide = _as_int64(begin)
    if wide is None or not begin.count == len(shape) == rank:
        return None
    room = np.subtract(x.shape, shape, dtype=np.int64)
    if min((*shape, *room.tolist()), default=0) < 0:
        return None
    strides, y = dense_strides(x.shape), new_value(shape, x.dtype)
    apart, offset = np.array(strides, np.int64) * x.dtype.itemsize, new_value((1,), np.int64)
    find = Instruction("indices.start_within", (wide[0], room, apart, offset, rank))
    made = copy_from(Strided(x, 0, shape, strides), dense(y), offset)
    return None if made is None else Lowered((y,), (*wide[1], find, *made))

"""Where computed coordinates are in memory. What is outside is refused: the plain kernel says
what is wrong."""

from __future__ import annotations

from kernels.field_types import INDEX, INT32S, INT64S, Array
from kernels.jit import kernel

REFUSED = 1


@kernel(INT64S, INT32S, INT64S, INDEX)
def coordinates(indices: Array, rows: Array, sizes: Array, depth: int, begin: int, end: int) -> int:
    """Row numbers of coordinates, ``depth`` for each, within ``sizes``, the first axis first."""
    for i in range(begin, end):
        row = 0
        for axis in range(depth):
            index = indices[i * depth + axis]
            if index < 0 or index >= sizes[axis]:
                return REFUSED
            row = row * sizes[axis] + index
        rows[i] = row
    return 0


@kernel(INT64S, INT64S, INT64S, INT64S, INDEX)
def start_within(
    start: Array, room: Array, strides: Array, offset: Array, rank: int, begin: int, end: int
) -> int:
    """How far the first element of a part is from that of the whole; ``room``: the largest start
    in each axis of a part that lies within."""
    offset[0] = 0
    for axis in range(rank):
        if start[axis] < 0 or start[axis] > room[axis]:
            return REFUSED
        offset[0] += start[axis] * strides[axis]
    return 0

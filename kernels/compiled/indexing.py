"""Elements by computed index: rows of bytes that are read or written where an index says.

A kernel refuses an index that is out of range.
"""

from __future__ import annotations

from kernels.field_types import BOOLS, INDEX, INT32S, INT64S, Array, FieldType
from kernels.jit import Source, inline, kernel

REFUSED = 1


@inline
def copy_row(x: Array, x_start: int, y: Array, y_start: int, size: int) -> None:
    """Copies ``size`` bytes."""
    for i in range(size):
        y[y_start + i] = x[x_start + i]


def gathering(integers: FieldType) -> Source:
    """y[b, o, j] = x[b, o, indices[b, j]]. x: (batch, outer, length, size) bytes; indices:
    (batch, count); y: (batch, outer, count, size) bytes, of which a chunk is a row."""

    @kernel(BOOLS, integers, BOOLS, *[INDEX] * 4)
    def gather(
        x: Array,
        indices: Array,
        y: Array,
        outer: int,
        length: int,
        count: int,
        size: int,
        begin: int,
        end: int,
    ) -> int:
        for row in range(begin, end):
            index = indices[row // (outer * count) * count + row % count]
            if index < 0 or index >= length:
                return REFUSED
            copy_row(x, (row // count * length + index) * size, y, row * size, size)
        return 0

    return gather


gather_int32, gather_int64 = gathering(INT32S), gathering(INT64S)


@kernel(BOOLS, INT32S, BOOLS, INDEX, INDEX)
def put_rows(x: Array, index: Array, y: Array, length: int, size: int, begin: int, end: int) -> int:
    """y[o, index] = x[o]. x: (outer, size) bytes, of which a chunk is a row; index: one number;
    y: (outer, length, size) bytes."""
    if index[0] < 0 or index[0] >= length:
        return REFUSED
    for row in range(begin, end):
        copy_row(x, row * size, y, (row * length + index[0]) * size, size)
    return 0


def placing(integers: FieldType) -> Source:
    """y[start : start + size, ...] = x in each axis. x: bytes, of which a chunk is a row of
    ``size``; starts, which are moved so far that x fits; y: bytes; axes: (rank, 3), the sizes of
    x and y, and the bytes from an element of y to the next. The last axis lies within a row."""

    @kernel(BOOLS, integers, BOOLS, INT64S, INDEX, INDEX)
    def place(
        x: Array,
        starts: Array,
        y: Array,
        axes: Array,
        rank: int,
        size: int,
        begin: int,
        end: int,
    ) -> None:
        for row in range(begin, end):
            rest, at = row, 0
            for axis in range(rank - 1, -1, -1):
                own, whole, stride = axes[3 * axis], axes[3 * axis + 1], axes[3 * axis + 2]
                at += min(max(starts[axis], 0), whole - own) * stride
                if axis < rank - 1:
                    at += rest % own * stride
                    rest //= own
            copy_row(x, row * size, y, at, size)

    return place


place_int32, place_int64 = placing(INT32S), placing(INT64S)

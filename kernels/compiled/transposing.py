"""Matrices transposed, by the size of their elements in bits.

x's columns are dense and its rows ``x_column`` apart; y's columns, which are x's rows, are dense
and its rows ``y_deep`` apart. A chunk is a block of x's columns, of which there are ``deep`` in
all; blocks are found as ``kernels.compiled.broadcasting`` finds rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kernels.compiled.vector_ir import (
    INT8,
    INT16,
    INT32,
    INT64,
    Kind,
    Register,
    constant,
    first_places,
    if_else,
    load,
    maximum,
    minimum,
    store,
    times,
)
from kernels.compiled.vector_kernel import VectorSource, vector_kernel
from kernels.field_types import INDEX, MEMORY

TILE = 16
"""Rows and columns that are in registers at a time."""

LAYOUT = dict.fromkeys(
    (
        *("columns", "inner", "x_column", "x_row", "x_outer", "y_column", "y_row", "y_outer"),
        *("deep", "y_deep"),
    ),
    INDEX,
)


def transposed(rows: Sequence[Register]) -> list[Register]:
    """Vectors of the columns of as many rows."""
    count, step = len(rows), len(rows) // 2
    found = list(rows)
    while step:
        found = [_exchanged(found, i, step, count) for i in range(count)]
        step //= 2
    return found


def _exchanged(rows: Sequence[Register], i: int, step: int, count: int) -> Register:
    """Row i once columns and rows that are ``step`` apart have changed places."""
    first, second = rows[i & ~step], rows[i | step]
    shift = step if i & step else 0
    places = [(column & ~step) + shift + (count if column & step else 0) for column in range(count)]
    return first.shuffled(places, second)


def _transpose(kind: Kind) -> VectorSource:
    vector = kind * TILE

    @vector_kernel(x=MEMORY, y=MEMORY, **LAYOUT)
    def run(f: Any, block: Register) -> None:
        outer = block // f.inner
        x: Register = f.x + (block * f.x_row + outer * f.x_outer) * kind.size
        y = f.y + (block * f.y_row + outer * f.y_outer) * kind.size
        deep = f.deep - block % f.inner * TILE
        wanted = first_places(minimum(deep, constant(deep, deep.kind, TILE)), TILE)

        def row_of_x(number: Register) -> Register:
            at: Register = number * f.x_column * kind.size
            return x + at

        def whole(first: Register) -> None:
            rows = [load(row_of_x(first + i), vector) for i in range(TILE)]
            for i, made in enumerate(transposed(rows)):
                store(made, y + (f.y_deep * i + first) * kind.size)

        def part(tile: Register) -> None:
            first = tile * TILE
            last = f.columns - 1
            rows = [load(row_of_x(minimum(first + i, last)), vector, wanted) for i in range(TILE)]
            left = minimum(f.columns - first, constant(first, first.kind, TILE))
            for i, made in enumerate(transposed(rows)):
                inside = minimum(maximum(deep - i, deep * 0), deep * 0 + 1)
                mask = first_places(left * inside, TILE)
                store(made, y + (f.y_deep * i + first) * kind.size, mask)

        def all_columns() -> None:
            """The last tile may overlap the one before."""
            last = f.columns - TILE
            times(tiles, lambda number: whole(minimum(number * TILE, last)))

        tiles = (f.columns + (TILE - 1)) // TILE
        is_whole = (deep >= TILE) & (f.columns >= TILE)
        if_else(is_whole, all_columns, lambda: times(tiles, part))

    return run


transpose_8, transpose_16, transpose_32, transpose_64 = (
    _transpose(kind) for kind in (INT8, INT16, INT32, INT64)
)

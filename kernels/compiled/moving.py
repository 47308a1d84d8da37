"""Elements moved as they are, by their size in bits: rows copied, filled, or gathered with strides.

y's elements of a row are ``y_column`` apart, x's ``x_column``, which is 0 where one element fills
the row; rows are found as ``kernels.compiled.broadcasting`` says. A chunk is a row. ``copy_from``
reads x so many bytes further on as an int64 in memory says.
"""

from __future__ import annotations

from typing import Any

from kernels.compiled.spans import Numbers, each_number, for_span, same_number
from kernels.compiled.vector_ir import (
    INT8,
    INT16,
    INT32,
    INT64,
    Kind,
    Register,
    if_else,
    load,
    store,
    times,
)
from kernels.compiled.vector_kernel import VectorSource, vector_kernel
from kernels.field_types import INDEX, MEMORY

LAYOUT = dict.fromkeys(
    ("columns", "inner", "x_column", "x_row", "x_outer", "y_column", "y_row", "y_outer"), INDEX
)


def _copy(kind: Kind) -> VectorSource:
    @vector_kernel(x=MEMORY, y=MEMORY, **LAYOUT)
    def run(f: Any, row: Register) -> None:
        _copy_row(kind, f, row, f.x, f.y)

    return run


def _copy_from(kind: Kind) -> VectorSource:
    @vector_kernel(x=MEMORY, y=MEMORY, **LAYOUT, offset=MEMORY)
    def run(f: Any, row: Register) -> None:
        _copy_row(kind, f, row, f.x + load(f.offset, INT64), f.y)

    return run


def _copy_row(kind: Kind, f: Any, row: Register, first_x: Register, first_y: Register) -> None:
    outer = row // f.inner
    x = first_x + (row * f.x_row + outer * f.x_outer) * kind.size
    y = first_y + (row * f.y_row + outer * f.y_outer) * kind.size

    def dense(numbers: Numbers) -> None:
        def turn(place: Register, width: int, mask: Register | None) -> None:
            store(numbers(place, width, mask), y + place * kind.size, mask)

        for_span(f.columns, turn)

    def strided() -> None:
        def turn(place: Register) -> None:
            number = load(x + place * f.x_column * kind.size, kind)
            store(number, y + place * f.y_column * kind.size)

        times(f.columns, turn)

    def to_dense() -> None:
        if_else(
            f.x_column.equals(1),
            lambda: dense(each_number(x, kind)),
            lambda: if_else(f.x_column.equals(0), lambda: dense(same_number(x, kind)), strided),
        )

    if_else(f.y_column.equals(1), to_dense, strided)


copy_8, copy_16, copy_32, copy_64 = (_copy(kind) for kind in (INT8, INT16, INT32, INT64))
copy_from_8, copy_from_16, copy_from_32, copy_from_64 = (
    _copy_from(kind) for kind in (INT8, INT16, INT32, INT64)
)

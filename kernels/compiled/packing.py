"""Matrices that are known at run time only, laid out in panels as ``kernels.flat.panels`` does it.

x: (images, depth, columns), or transposed; panels: (images, panels, depth, width), where ``width``
is a number of whole vectors. What is missing is 0. A chunk is a panel.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kernels.compiled.vector_ir import (
    FLOAT,
    Register,
    constant,
    first_places,
    if_else,
    load,
    select,
    store,
    times,
)
from kernels.compiled.vector_kernel import VectorSource, vector_kernel
from kernels.field_types import INDEX, MEMORY

MATRIX = dict.fromkeys(("depth", "columns", "width"), INDEX)


def row_packer(lanes: int) -> VectorSource:
    """Of x (images, depth, columns): rows are copied in parts."""
    kind = FLOAT * lanes

    @vector_kernel(x=MEMORY, panels=MEMORY, **MATRIX)
    def pack(f: Any, chunk: Register) -> None:
        parts = (f.columns + f.width - 1) // f.width
        image, first = chunk // parts, chunk % parts * f.width

        def copy_row(row: Register) -> None:
            source = f.x + ((image * f.depth + row) * f.columns + first) * FLOAT.size
            target = f.panels + (chunk * f.depth + row) * f.width * FLOAT.size

            def copy_vector(number: Register) -> None:
                column = number * lanes
                mask = first_places(f.columns - first - column, lanes)
                values = load(source + column * FLOAT.size, kind, mask)
                store(values, target + column * FLOAT.size)

            times(f.width // lanes, copy_vector)

        times(f.depth, copy_row)

    return pack


def column_packer(lanes: int) -> VectorSource:
    """Of x (images, columns, depth): squares of as many numbers as a vector has are transposed."""
    kind = FLOAT * lanes

    @vector_kernel(x=MEMORY, panels=MEMORY, **MATRIX)
    def pack(f: Any, chunk: Register) -> None:
        parts = (f.columns + f.width - 1) // f.width
        image, first = chunk // parts, chunk % parts * f.width

        def pack_square(column: Register, step: Register) -> None:
            left = f.depth - step
            rows = []
            for lane in range(lanes):
                number = first + column + lane
                count = select(number < f.columns, left, constant(left, left.kind, 0))
                source = f.x + ((image * f.columns + number) * f.depth + step) * FLOAT.size
                rows.append(load(source, kind, first_places(count, lanes)))
            target = f.panels + ((chunk * f.depth + step) * f.width + column) * FLOAT.size
            store_rows(transposed(rows), target, left)

        def store_rows(rows: Sequence[Register], target: Register, count: Register) -> None:
            def store_all() -> None:
                for number, row in enumerate(rows):
                    store(row, target + f.width * number * FLOAT.size)

            def store_some() -> None:
                for number, row in enumerate(rows):
                    wanted = select(count > number, count * 0 + lanes, count * 0)
                    mask = first_places(wanted, lanes)
                    store(row, target + f.width * number * FLOAT.size, mask)

            if_else(count >= lanes, store_all, store_some)

        def pack_strip(strip: Register) -> None:
            blocks = (f.depth + (lanes - 1)) // lanes
            times(blocks, lambda block: pack_square(strip * lanes, block * lanes))

        times(f.width // lanes, pack_strip)

    return pack


def transposed(rows: Sequence[Register]) -> list[Register]:
    """As many rows as a vector has places become columns: squares within squares change places."""
    made, lanes, size = [*rows], len(rows), 1
    while size < lanes:
        even, odd = (
            [
                source + base + place
                for base in range(start, lanes, 2 * size)
                for source in (0, lanes)
                for place in range(size)
            ]
            for start in (0, size)
        )
        for row in range(lanes):
            if not row & size:
                first, second = made[row], made[row + size]
                made[row] = first.shuffled(even, second)
                made[row + size] = first.shuffled(odd, second)
        size *= 2
    return made

"""Functions of bytes by their tables of 256 bytes, a chunk being a block; of two bytes that
broadcast by tables of 65536, as ``kernels.compiled.broadcasting`` has it."""

from __future__ import annotations

from typing import Any

from kernels.compiled.broadcasting import LAYOUT
from kernels.compiled.formulas import has
from kernels.compiled.runs import for_vectors
from kernels.compiled.spans import BLOCK
from kernels.compiled.vector_ir import (
    INT8,
    INT64,
    Register,
    load,
    minimum,
    select,
    store,
    times,
    zero_extended,
)
from kernels.compiled.vector_kernel import vector_kernel
from kernels.field_types import INDEX, MEMORY

VECTOR = INT8 * 64
BYTES = 256
"""Of a table."""


@vector_kernel(x=MEMORY, y=MEMORY, table=MEMORY, count=INDEX)
def look_up(f: Any, chunk: Register) -> None:
    """y = table[x], x as numbers without a sign."""
    first = chunk * BLOCK
    count = minimum(f.count - first, first * 0 + BLOCK)
    if has("avx512vbmi"):
        _look_up_vectors(f.x + first, f.y + first, f.table, count)
    else:
        _look_up_each(f.x + first, f.y + first, f.table, count)


def _look_up_vectors(x: Register, y: Register, table: Register, count: Register) -> None:
    """The table is in four registers; an instruction looks up in two of them."""
    parts = [load(table + part * VECTOR.size, VECTOR) for part in range(BYTES // VECTOR.count)]

    def turn(place: Register, mask: Register | None) -> None:
        given = load(x + place, VECTOR, mask)
        name = "llvm.x86.avx512.vpermi2var.qi.512"
        low, high = (
            parts[i].call(name, VECTOR, given, parts[i + 1]) for i in range(0, len(parts), 2)
        )
        store(select(given < 0, high, low), y + place, mask)

    for_vectors(count, VECTOR.count, turn)


def _look_up_each(x: Register, y: Register, table: Register, count: Register) -> None:
    def turn(place: Register) -> None:
        entry = zero_extended(load(x + place, INT8), INT64)
        store(load(table + entry, INT8), y + place)

    times(count, turn)


@vector_kernel(x=MEMORY, y=MEMORY, z=MEMORY, **LAYOUT, table=MEMORY)
def look_up_pairs(f: Any, row: Register) -> None:
    """z = table[256 * x + y], x and y as numbers without a sign."""
    outer = row // f.inner
    x = f.x + row * f.x_row + outer * f.x_outer
    y = f.y + row * f.y_row + outer * f.y_outer
    z = f.z + row * f.columns

    def turn(place: Register) -> None:
        first, second = (
            zero_extended(load(address + place * step, INT8), INT64)
            for address, step in ((x, f.x_column), (y, f.y_column))
        )
        store(load(f.table + first * BYTES + second, INT8), z + place)

    times(f.columns, turn)

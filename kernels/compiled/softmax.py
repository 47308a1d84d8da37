"""SOFTMAX of rows of float32, as XNNPACK computes it with AVX-512.

x, y: rows of ``columns`` numbers; a chunk is a row. A row with NaN becomes NaN as a whole.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

from kernels.compiled.formulas import LANES, number
from kernels.compiled.functions import softmax_exp
from kernels.compiled.spans import for_span
from kernels.compiled.vector_ir import (
    FLOAT,
    Register,
    constant,
    first_places,
    greater,
    load,
    loop,
    select,
    splat,
    store,
    when,
)
from kernels.compiled.vector_kernel import vector_kernel
from kernels.field_types import INDEX, MEMORY

BLOCK, ACCUMULATORS = 4, 2
"""Vectors that f32-raddstoreexpminusmax takes at a time, and to how many sums it adds them."""
VECTOR = FLOAT * LANES


def parts(x: Register) -> list[Register]:
    """A wide vector as vectors of 16."""
    return [x.shuffled(range(at, at + LANES)) for at in range(0, x.kind.count, LANES)]


def halved(x: Register, combine: Callable[[Register, Register], Register]) -> Register:
    """The halves of a vector combined, then their halves, and so on."""
    while x.kind.count > 1:
        half = x.kind.count // 2
        x = combine(x.shuffled(range(half)), x.shuffled(range(half, 2 * half)))
    return x


def _largest(row: Register, columns: Register) -> Register:
    """Of a row; with NaN in it, anything."""
    wide = VECTOR * BLOCK

    def of_block(block: Register, largest: Register) -> list[Register]:
        return [greater(largest, load(row + block * wide.size, wide))]

    def of_vector(place: Register, largest: Register) -> list[Register]:
        at = whole + place * LANES
        mask = first_places(columns - at, LANES)
        x = load(row + at * FLOAT.size, VECTOR, mask)
        return [greater(largest, select(mask, x, number(x, -inf)))]

    blocks = columns // wide.count
    whole = blocks * wide.count
    (widest,) = loop(blocks, [constant(row, wide, -inf)], of_block)
    first, *others = parts(widest)
    for other in others:
        first = greater(first, other)
    (found,) = loop((columns - whole + (LANES - 1)) // LANES, [first], of_vector)
    return halved(found, greater)


def _store_powers(x: Register, y: Register, columns: Register, largest: Register) -> Register:
    """Writes exp(x - largest); returns the sum, in XNNPACK's order."""

    def powers(at: Register, width: int, mask: Register | None = None) -> Register:
        given = load(x + at * FLOAT.size, FLOAT * width, mask)
        made = softmax_exp(given - splat(largest, width))
        store(made, y + at * FLOAT.size, mask)
        return made

    def of_block(block: Register, even: Register, odd: Register) -> list[Register]:
        made = parts(powers(block * (BLOCK * LANES), BLOCK * LANES))
        return [(even + made[0]) + made[2], (odd + made[1]) + made[3]]

    def of_vector(place: Register, total: Register) -> list[Register]:
        return [total + powers(whole + place * LANES, LANES)]

    def of_rest(total: Register) -> list[Register]:
        mask = first_places(columns - vectors * LANES, LANES)
        made = powers(vectors * LANES, LANES, mask)
        return [total + select(mask, made, number(made, 0.0))]

    blocks, vectors = columns // (BLOCK * LANES), columns // LANES
    whole = blocks * (BLOCK * LANES)
    sums = loop(blocks, [constant(x, VECTOR, 0.0)] * ACCUMULATORS, of_block)
    (total,) = loop(vectors - blocks * BLOCK, [sums[0] + sums[1]], of_vector)
    (total,) = when(columns > vectors * LANES, [total], of_rest)
    return halved(total, lambda low, high: low + high)


@vector_kernel(x=MEMORY, y=MEMORY, columns=INDEX)
def rows(f: Any, row: Register) -> None:
    """The powers, each times the reciprocal of their sum."""
    x, y = (array + row * f.columns * FLOAT.size for array in (f.x, f.y))
    total = _store_powers(x, y, f.columns, _largest(x, f.columns))
    scale = number(total, 1.0) / total

    def scale_vectors(place: Register, width: int, mask: Register | None) -> None:
        at = y + place * FLOAT.size
        store(load(at, FLOAT * width, mask) * splat(scale, width), at, mask)

    for_span(f.columns, scale_vectors)

"""The smallest and the largest number of rows of floats, in vectors.

A range is kept as the bits of its ends, of which it always holds 0.0: among integers, bits of
positive floats are in order, those of negative floats backwards, and NaN and the infinities are
beyond all others, so they stay.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kernels.compiled.vector_ir import (
    INT32,
    Register,
    constant,
    first_places,
    load,
    loop,
    maximum,
    unsigned_maximum,
)

Extreme = Callable[[Register, Register], Register]
EXTREMES: tuple[Extreme, Extreme] = unsigned_maximum, maximum
"""What finds the bits of the low end and of the high end."""
EMPTY = -(2**31), 0
"""The bits of -0.0 and 0.0."""

BLOCK = 4
"""Rows whose ranges are found together; places of a vector within which shuffles are cheap."""


def range_vectors(rows: Sequence[Register], count: Register, lanes: int) -> list[list[Register]]:
    """Low and high ends of rows of ``count`` floats, a vector for each row: the end is the extreme
    of its places."""
    kind = INT32 * lanes
    extremes = [extreme for extreme in EXTREMES for _ in rows]

    def extended(
        found: Sequence[Register], place: Register, mask: Register | None
    ) -> list[Register]:
        bits = [load(row + place * INT32.size, kind, mask) for row in rows]
        return [extreme(a, b) for extreme, a, b in zip(extremes, found, bits * 2, strict=True)]

    whole = count // lanes * lanes
    rest = first_places(count - whole, lanes)
    found = [constant(count, kind, end) for end in EMPTY for _ in rows]
    found = [*loop(count // lanes, found, lambda i, *found: extended(found, i * lanes, None))]
    vectors = (count - whole + (lanes - 1)) // lanes
    found = [*loop(vectors, found, lambda i, *found: extended(found, whole, rest))]
    return [found[: len(rows)], found[len(rows) :]]


def block_ends(rows: Sequence[Register], count: Register, lanes: int) -> list[Register]:
    """Low and high ends of BLOCK rows: of every BLOCK places of a vector the first has some extreme
    of the first row, the second of the second row, and so on."""
    vectors = range_vectors(rows, count, lanes)
    return [
        _merged(ends, extreme, 1, BLOCK) for ends, extreme in zip(vectors, EXTREMES, strict=True)
    ]


def joined_blocks(blocks: Sequence[Register], extreme: Extreme) -> Register:
    """One end of as many rows as a vector has places, from that of each block."""
    return _merged(blocks, extreme, BLOCK, blocks[0].kind.count)


def extreme_place(vector: Register, extreme: Extreme) -> Register:
    """The extreme of a vector's places."""
    while vector.kind.count > 1:
        half = vector.kind.count // 2
        vector = extreme(vector.shuffled(range(half)), vector.shuffled(range(half, 2 * half)))
    return vector


def _merged(vectors: Sequence[Register], extreme: Extreme, unit: int, span: int) -> Register:
    """Of ``span / unit`` vectors the extremes within each ``span`` places, unit by unit of places:
    the first unit is the first vector's."""
    if len(vectors) == 1:
        return vectors[0]
    pairs = zip(vectors[::2], vectors[1::2], strict=True)
    return _merged([_halved(a, b, extreme, unit, span) for a, b in pairs], extreme, unit, span)


def _halved(a: Register, b: Register, extreme: Extreme, unit: int, span: int) -> Register:
    """Within each span, the extremes of a's even and odd units, then those of b's."""
    lanes = a.kind.count
    even, odd = (
        [
            source + base + place + u
            for base in range(0, lanes, span)
            for source in (0, lanes)
            for place in range(parity * unit, span, 2 * unit)
            for u in range(unit)
        ]
        for parity in range(2)
    )
    return extreme(a.shuffled(even, b), a.shuffled(odd, b))

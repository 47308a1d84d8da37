"""Runs of numbers in vectors: most of them several vectors side by side, so that the processor
need not wait for results, the last ones masked."""

from __future__ import annotations

from collections.abc import Callable

from kernels.compiled.vector_ir import (
    Kind,
    Register,
    first_places,
    load,
    minimum,
    splat,
    times,
)

LANES, WIDE = 16, 64
"""Numbers in a vector, and in as many vectors as are computed side by side."""
BLOCK = 4096
"""Numbers that a chunk has of an array without rows."""

Turn = Callable[[Register, int, Register | None], None]
"""Computes numbers: the place of the first, how many, and which of them if not all."""

Numbers = Callable[[Register, int, Register | None], Register]
"""A vector of an operand: the place of its first number, how many, and which if not all."""


def for_span(count: Register, turn: Turn) -> None:
    """``turn`` for ``count`` places from 0 on."""
    wide = count // WIDE * WIDE
    whole = count // LANES * LANES
    rest = first_places(count - whole, LANES)
    times(count // WIDE, lambda number: turn(number * WIDE, WIDE, None))
    times((whole - wide) // LANES, lambda number: turn(wide + number * LANES, LANES, None))
    times((count - whole + (LANES - 1)) // LANES, lambda _: turn(whole, LANES, rest))


def for_block(count: Register, chunk: Register, turn: Turn) -> None:
    """``turn`` for those of ``count`` places that are in a block, which is a chunk."""
    first = chunk * BLOCK
    for_span(
        minimum(count - first, first * 0 + BLOCK),
        lambda place, width, mask: turn(first + place, width, mask),
    )


def each_number(address: Register, kind: Kind) -> Numbers:
    """The numbers from an address on."""
    return lambda place, width, mask: load(address + place * kind.size, kind * width, mask)


def same_number(address: Register, kind: Kind) -> Numbers:
    """The number at an address, for all places."""
    return lambda place, width, mask: splat(load(address, kind), width)

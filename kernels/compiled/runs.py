"""Runs of numbers in memory, filled and copied in vectors."""

from __future__ import annotations

from collections.abc import Callable

from kernels.compiled.vector_ir import Kind, Register, first_places, load, splat, store, times


def fill_run(number: Register, address: Register, count: Register, width: int) -> None:
    """Writes the number ``count`` times, ``width`` at a time."""
    vector, size = splat(number, width), number.kind.size

    def fill(place: Register, mask: Register | None) -> None:
        store(vector, address + place * size, mask)

    for_vectors(count, width, fill)


def copy_run(
    source: Register,
    target: Register,
    count: Register,
    kind: Kind,
    change: Callable[[Register], Register],
) -> None:
    """Copies ``count`` numbers, a vector at a time, each changed, maybe to another size."""
    number = Kind(kind.element)

    def copy(place: Register, mask: Register | None) -> None:
        made = change(load(source + place * number.size, kind, mask))
        store(made, target + place * Kind(made.kind.element).size, mask)

    for_vectors(count, kind.count, copy)


def for_vectors(
    count: Register, width: int, turn: Callable[[Register, Register | None], None]
) -> None:
    """``turn(place, mask)`` for ``count`` places, ``width`` at a time; without a mask where all
    are wanted."""
    whole = count // width * width
    times(count // width, lambda number: turn(number * width, None))
    rest = first_places(count - whole, width)
    times((count - whole + (width - 1)) // width, lambda _: turn(whole, rest))

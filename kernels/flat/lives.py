"""From where to where in a flat program the memory of each block is in use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kernels.flat.instruction import Code, Jump, Label, values_of
from kernels.flat.value import Block


@dataclass(frozen=True)
class Life:
    """The first and the last place in the code at which a block must keep what it holds."""

    first: int
    last: int

    def meets(self, other: Life) -> bool:
        """Whether both blocks are in use somewhere."""
        return self.first <= other.last and other.first <= self.last


def lives(
    code: Sequence[Code], given: Iterable[Block] = (), kept: Iterable[Block] = ()
) -> Mapping[Block, Life]:
    """The lives of all blocks that the code mentions; ``given`` ones begin before it, ``kept``
    ones end behind it.

    What is in use both within a loop and outside of it is so in all of the loop.
    """
    first: dict[Block, int] = dict.fromkeys(given, -1)
    last: dict[Block, int] = dict(first)
    for position, item in enumerate(code):
        for value in values_of(item):
            first.setdefault(value.block, position)
            last[value.block] = position
    for block in kept:
        first.setdefault(block, 0)
        last[block] = len(code)
    found = {block: Life(first[block], last[block]) for block in first}
    for loop in loops(code):
        found = {block: _through(loop, life) for block, life in found.items()}
    return found


def _through(loop: Life, life: Life) -> Life:
    within = loop.first <= life.first and life.last <= loop.last
    if within or not life.meets(loop):
        return life
    return Life(min(life.first, loop.first), max(life.last, loop.last))


def loops(code: Sequence[Code]) -> list[Life]:
    """Where each loop begins and ends, inner ones before those around them."""
    places = {id(item): position for position, item in enumerate(code) if isinstance(item, Label)}
    found = [
        Life(places[id(item.label)], position)
        for position, item in enumerate(code)
        if isinstance(item, Jump) and places[id(item.label)] <= position
    ]
    return sorted(found, key=lambda loop: loop.last - loop.first)

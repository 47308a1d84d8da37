"""Where the blocks of a flat program lie in one arena: those that live at the same time apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kernels.flat.instruction import Code, Jump, Label, values_of
from kernels.flat.value import Block

ALIGNMENT = 64
"""Of blocks: a cache line, and a vector of AVX-512."""
SLACK = 64
"""Bytes behind a block that vector instructions may read."""


@dataclass(frozen=True)
class Arena:
    """``offsets``: block -> its first byte; ``size``: bytes in all."""

    offsets: Mapping[Block, int]
    size: int


@dataclass(frozen=True)
class _Life:
    """From the first to the last code that mentions a block."""

    block: Block
    first: int
    last: int


def plan_arena(code: Sequence[Code], kept: Iterable[Block], outside: Iterable[Block]) -> Arena:
    """Places all blocks that the code mentions but those ``outside``.

    ``kept`` are read after the end. Large blocks come first, each at the lowest place that is
    free as long as it lives.
    """
    lives = _lives(code, set(kept), set(outside))
    placed: list[tuple[int, int, _Life]] = []
    offsets: dict[Block, int] = {}
    for life in sorted(lives, key=lambda life: (-life.block.size, life.first)):
        taken = sorted(
            (start, end)
            for start, end, other in placed
            if other.first <= life.last and life.first <= other.last
        )
        size = -(-(life.block.size + SLACK) // ALIGNMENT) * ALIGNMENT
        start = _free_place(taken, size)
        offsets[life.block] = start
        placed.append((start, start + size, life))
    return Arena(offsets, max((end for _, end, _ in placed), default=0))


def _free_place(taken: Sequence[tuple[int, int]], size: int) -> int:
    place = 0
    for start, end in taken:
        if place + size <= start:
            break
        place = max(place, end)
    return place


def _lives(code: Sequence[Code], kept: set[Block], outside: set[Block]) -> list[_Life]:
    first: dict[Block, int] = {}
    last: dict[Block, int] = {}
    for position, item in enumerate(code):
        for value in values_of(item):
            first.setdefault(value.block, position)
            last[value.block] = position
    for block in kept:
        first.setdefault(block, 0)
        last[block] = len(code)
    lives = [_Life(block, first[block], last[block]) for block in first if block not in outside]
    for start, end in _loops(code):
        lives = [
            _Life(life.block, life.first, max(life.last, end))
            if life.first < start <= life.last <= end
            else life
            for life in lives
        ]
    return lives


def _loops(code: Sequence[Code]) -> list[tuple[int, int]]:
    """Start and end of each loop, the inner ones first: what lives into a loop from outside lives
    to its end."""
    places = {id(item): position for position, item in enumerate(code) if isinstance(item, Label)}
    backward = [
        (places[id(item.label)], position)
        for position, item in enumerate(code)
        if isinstance(item, Jump) and places[id(item.label)] <= position
    ]
    return sorted(backward, key=lambda loop: loop[1] - loop[0])

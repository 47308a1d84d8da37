"""Where the blocks of a flat program lie in one arena: those that live at the same time apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kernels.flat.instruction import Code
from kernels.flat.lives import lives
from kernels.flat.value import Block

ALIGNMENT = 64
"""Of blocks: a cache line, and a vector of AVX-512."""
SLACK = 64
"""Bytes behind a block that vector instructions may read."""
_FIRST, _LAST, _START, _END = range(4)
"""Columns of what is placed: a life, and its bytes."""


@dataclass(frozen=True)
class Arena:
    """``offsets``: block -> its first byte; ``size``: bytes in all."""

    offsets: Mapping[Block, int]
    size: int


def plan_arena(code: Sequence[Code], kept: Iterable[Block], outside: Iterable[Block]) -> Arena:
    """Places all blocks that the code mentions but those ``outside``.

    ``kept`` are read after the end. Large blocks come first, each at the lowest place that is
    free as long as it lives.
    """
    without = {*outside}
    found = {block: life for block, life in lives(code, kept=kept).items() if block not in without}
    placed = np.zeros((len(found), 4), np.int64)
    offsets: dict[Block, int] = {}
    for block in sorted(found, key=lambda block: (-block.size, found[block].first)):
        life, others = found[block], placed[: len(offsets)]
        meets = (others[:, _FIRST] <= life.last) & (life.first <= others[:, _LAST])
        size = -(-(block.size + SLACK) // ALIGNMENT) * ALIGNMENT
        start = _free_place(others[meets][:, _START:].tolist(), size)
        placed[len(offsets)] = life.first, life.last, start, start + size
        offsets[block] = start
    return Arena(offsets, int(placed[:, _END].max(initial=0)))


def _free_place(taken: Iterable[list[int]], size: int) -> int:
    place = 0
    for start, end in sorted(taken):
        if place + size <= start:
            break
        place = max(place, end)
    return place

"""How kernels walk through several arrays at a time: rows of columns, in two loops.

Arrays are given by their strides: how many elements apart neighbours are in each axis, 0 where
one element serves the whole axis.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

GRAIN = 16384
"""Elements that a thread takes at a time."""
PIECE = 4096
"""Columns of a row, where arrays are one long row."""
MOST_NESTS = 64
"""That an operator may become."""


@dataclass(frozen=True)
class Axis:
    """An axis's size, and the strides of all arrays in it."""

    size: int
    strides: tuple[int, ...]

    def continues_in(self, inner: Axis) -> bool:
        """Whether this and the axis within are one long axis."""
        return self.strides == tuple(inner.size * stride for stride in inner.strides)


@dataclass(frozen=True)
class Nest:
    """``rows`` rows of ``columns`` columns; ``inner`` rows are one round of the outer loop.

    Of each array: in ``starts`` its first element, in ``columns_apart``, ``rows_apart`` and
    ``rounds_apart`` the strides; the last one is what comes on top of the rows of a round.
    """

    starts: tuple[int, ...]
    rows: int
    columns: int
    inner: int
    columns_apart: tuple[int, ...]
    rows_apart: tuple[int, ...]
    rounds_apart: tuple[int, ...]

    @property
    def grain(self) -> int:
        """Rows that a thread takes at a time."""
        return max(1, GRAIN // self.columns)


def dense_strides(shape: Sequence[int]) -> tuple[int, ...]:
    """Of an array in C order."""
    return tuple(prod(shape[axis + 1 :]) for axis in range(len(shape)))


def broadcast_strides(shape: Sequence[int], rank: int) -> tuple[int, ...]:
    """Of an array in C order that broadcasts to so many axes."""
    own = (0 if size == 1 else s for size, s in zip(shape, dense_strides(shape), strict=True))
    return (*[0] * (rank - len(shape)), *own)


def merged_axes(shape: Sequence[int], *strides: Sequence[int]) -> list[Axis]:
    """As few axes as go through the same elements in the same order."""
    axes: list[Axis] = []
    for size, *steps in zip(shape, *strides, strict=True):
        axis = Axis(size, tuple(steps))
        if axes and axes[-1].continues_in(axis):
            axes[-1] = Axis(axes[-1].size * size, axis.strides)
        elif size != 1:
            axes.append(axis)
    return axes or [Axis(1, (1,) * len(strides))]


def nests(axes: Sequence[Axis]) -> list[Nest]:
    """The nests that go through all elements, those of the last axis as columns; nothing if
    they would be too many."""
    arrays = len(axes[0].strides)
    if len(axes) == 1 and axes[0].size > PIECE:
        return [*_pieces(axes[0])]
    *around, outer, inner, last = (*[Axis(1, (0,) * arrays)] * 2, *axes)
    if prod(axis.size for axis in around) > MOST_NESTS:
        return []
    rounds = [a - inner.size * b for a, b in zip(outer.strides, inner.strides, strict=True)]
    return [
        Nest(
            starts,
            outer.size * inner.size,
            last.size,
            inner.size,
            last.strides,
            inner.strides,
            tuple(rounds),
        )
        for starts in _starts(around, arrays)
    ]


def _starts(axes: Sequence[Axis], arrays: int) -> Iterator[tuple[int, ...]]:
    for place in product(*(range(axis.size) for axis in axes)):
        yield tuple(
            sum(i * axis.strides[array] for i, axis in zip(place, axes, strict=True))
            for array in range(arrays)
        )


def _pieces(axis: Axis) -> Iterator[Nest]:
    """One long row in pieces, so that threads share it."""
    rows, rest = divmod(axis.size, PIECE)
    apart = tuple(PIECE * stride for stride in axis.strides)
    none = (0,) * len(axis.strides)
    yield Nest(none, rows, PIECE, rows, axis.strides, apart, none)
    if rest:
        starts = tuple(rows * step for step in apart)
        yield Nest(starts, 1, rest, 1, axis.strides, none, none)

"""Arrays of a flat program before it is known where in memory they lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from operator import index

import numpy as np
from numpy.typing import DTypeLike

from kernels.node import Array


@dataclass(frozen=True, eq=False)
class Block:
    """``size`` bytes that values share. A block is only itself: it equals no other. What it holds
    ``changes`` if it is written to again, as loop variables are."""

    size: int
    changes: bool = False


@dataclass(frozen=True)
class Value:
    """An array in C order, ``offset`` bytes into a block. Blocks begin at 64-byte boundaries.

    ``fixed``: it is the same in every turn of the loop that is being lowered.
    """

    block: Block
    shape: tuple[int, ...]
    dtype: np.dtype
    offset: int = 0
    fixed: bool = False

    @property
    def count(self) -> int:
        """How many elements it has."""
        return prod(self.shape)

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return self.count * self.dtype.itemsize

    def reshaped(self, shape: Sequence[int]) -> Value:
        """The same elements in another shape of as many."""
        if prod(shape) != self.count:
            raise ValueError(f"{self.shape} cannot be {shape}.")
        return replace(self, shape=tuple(shape))

    def part(self, start: int, shape: Sequence[int]) -> Value:
        """The elements from ``start`` on, which lie one after the other, in this shape."""
        if not 0 <= start <= start + prod(shape) <= self.count:
            raise ValueError(f"{shape} from {start} is not within {self.shape}.")
        offset = self.offset + start * self.dtype.itemsize
        return replace(self, shape=tuple(shape), offset=offset)


Source = Value | Array
"""What a lowering is given and gives: a value, or a constant."""


def new_value(shape: Sequence[int], dtype: DTypeLike, changes: bool = False) -> Value:
    """A value in a block of its own. Raises TypeError for sizes that are no integers, and
    ValueError for negative ones."""
    kind, sizes = np.dtype(dtype), tuple(map(index, shape))
    if min(sizes, default=0) < 0:
        raise ValueError(f"{sizes} is no shape.")
    return Value(Block(prod(sizes) * kind.itemsize, changes), sizes, kind)


def elements_from(source: Source, start: int) -> Source:
    """The elements of a source from ``start`` on, as they lie in memory."""
    if isinstance(source, Value):
        return source.part(start, (source.count - start,))
    return source.reshape(-1)[start:]


def reshaped(source: Source, shape: Sequence[int]) -> Source:
    """The same elements in another shape of as many."""
    return source.reshaped(shape) if isinstance(source, Value) else source.reshape(shape)

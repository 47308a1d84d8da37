"""Elements of arrays that are not side by side, and instructions that copy them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from kernels.flat.copies import copy as copy_whole
from kernels.flat.instruction import Instruction
from kernels.flat.nests import Axis, Nest, dense_strides, merged_axes, nests
from kernels.flat.value import Source, Value, elements_from
from kernels.node import Array

TILE = 16
"""Rows and columns of a matrix that ``kernels.compiled.transposing`` transposes at a time."""
SHORT = 8
"""Rows or columns that are too few for it."""
MOST_PLACES = 1 << 20
"""Elements of an array that are numbered to find one."""
SIZES = (1, 2, 4, 8)
"""Bytes of elements that are moved."""


@dataclass(frozen=True)
class Strided:
    """``shape`` elements of a source, from ``start`` on, ``strides`` apart."""

    source: Source
    start: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def is_dense(self) -> bool:
        """Whether they lie one after the other."""
        axes = zip(self.shape, self.strides, dense_strides(self.shape), strict=True)
        return all(size == 1 or given == dense for size, given, dense in axes)

    def __post_init__(self) -> None:
        """Raises TypeError for elements of a size that no kernel moves."""
        if self.source.dtype.itemsize not in SIZES:
            raise TypeError(f"{self.source.dtype} is not moved.")

    def as_source(self) -> Source:
        """The same elements, of which ``is_dense`` is true."""
        if isinstance(self.source, Value):
            return self.source.part(self.start, self.shape)
        part = self.source.reshape(-1)[self.start : self.start + prod(self.shape)]
        return part.reshape(self.shape)


def dense(source: Source) -> Strided:
    """All elements."""
    return Strided(source, 0, source.shape, dense_strides(source.shape))


def strided(source: Source, view: Callable[[Array], Array]) -> Strided | None:
    """The elements that a view of an array in the source's shape has; None if it is no view.

    The array has no other use: nothing in it is written or read.
    """
    stand_in = np.empty(source.shape, source.dtype)
    made = view(stand_in)
    if not isinstance(made, np.ndarray):  # one element, which NumPy takes out of the array
        return _element(source, view)
    if made.dtype != source.dtype or (made.size and not np.may_share_memory(made, stand_in)):
        return None
    size = source.dtype.itemsize
    start = (made.ctypes.data - stand_in.ctypes.data) // size if made.size else 0
    return Strided(source, start, made.shape, tuple(step // size for step in made.strides))


def _element(source: Source, view: Callable[[Array], Array]) -> Strided | None:
    count = prod(source.shape)
    if count > MOST_PLACES:
        return None
    return Strided(source, int(view(np.arange(count).reshape(source.shape))), (), ())


def copy(source: Strided, target: Strided) -> tuple[Instruction, ...] | None:
    """Instructions that copy elements to as many others; None if they would be too many."""
    if not prod(source.shape):
        return ()
    if source.is_dense and target.is_dense and isinstance(target.source, Value):
        return (copy_whole(source.as_source(), target.source.part(target.start, target.shape)),)
    move = _widened(_move(source, target))
    return _transposed(move) or _copied(move, "moving.copy")


def copy_from(source: Strided, target: Strided, offset: Value) -> tuple[Instruction, ...] | None:
    """``copy`` of a source that lies so many bytes, an int64, further on."""
    return _copied(_widened(_move(source, target)), "moving.copy_from", offset)


def _move(source: Strided, target: Strided) -> _Move:
    axes = merged_axes(source.shape, source.strides, target.strides)
    starts = source.start, target.start
    return _Move(source, target, source.source.dtype.itemsize, starts, axes)


@dataclass(frozen=True)
class _Move:
    """Elements of ``size`` bytes: where the first is in both arrays, and all axes."""

    source: Strided
    target: Strided
    size: int
    starts: tuple[int, int]
    axes: Sequence[Axis]

    def ordered(self) -> tuple[list[Axis], Axis]:
        """The axes, and the last one, in which the target is dense, if there is one."""
        *outer, last = sorted(self.axes, key=lambda axis: axis.strides[1] == 1)
        return outer, last

    def instruction(self, kernel: str, nest: Nest, *more: int | Value) -> Instruction:
        """A kernel of these elements by their size."""
        x, y = (
            elements_from(array.source, (start + more) * self.size // array.source.dtype.itemsize)
            for array, start, more in zip(
                (self.source, self.target), self.starts, nest.starts, strict=True
            )
        )
        x_steps, y_steps = zip(nest.columns_apart, nest.rows_apart, nest.rounds_apart, strict=True)
        layout = (nest.columns, nest.inner, *x_steps, *y_steps, *more)
        return Instruction(f"{kernel}_{self.size * 8}", (x, y, *layout), nest.rows, nest.grain)


def _widened(move: _Move) -> _Move:
    """The same elements in groups, so that there are fewer."""
    outer, last = move.ordered()
    apart = [number for axis in outer for number in axis.strides]
    numbers = (*move.starts, *apart, last.size)
    if move.size == SIZES[-1] or last.strides != (1, 1) or any(number % 2 for number in numbers):
        return move
    axes = [Axis(axis.size, _halves(axis.strides)) for axis in outer]
    if last.size > 2 or not outer:
        axes.append(Axis(last.size // 2, (1, 1)))
    return _widened(_Move(move.source, move.target, move.size * 2, _halves(move.starts), axes))


def _halves(numbers: Sequence[int]) -> tuple[int, int]:
    first, second = numbers
    return first // 2, second // 2


def _copied(move: _Move, kernel: str, *more: Value) -> tuple[Instruction, ...] | None:
    outer, last = move.ordered()
    if not prod(move.source.shape):
        return ()
    made = nests([*outer, last])
    return tuple(move.instruction(kernel, nest, *more) for nest in made) or None


def _transposed(move: _Move) -> tuple[Instruction, ...] | None:
    """Where the source is dense in another axis than the target."""
    outer, last = move.ordered()
    deep = next((axis for axis in outer if axis.strides[0] == 1), None)
    if deep is None or min(deep.size, last.size) < SHORT or last.strides[0] == 0:
        return None
    rest = [axis for axis in outer if axis is not deep]
    blocks = Axis(-(-deep.size // TILE), (TILE, TILE * deep.strides[1]))
    numbers = (deep.size, deep.strides[1])
    made = nests([*rest, blocks, last])
    return tuple(move.instruction("transposing.transpose", nest, *numbers) for nest in made) or None

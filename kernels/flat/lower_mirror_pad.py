"""MIRROR_PAD as instructions: copies, then copies backwards from what was copied."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.strided import copy, dense, strided
from kernels.flat.value import Source, Value, new_value
from kernels.node import Array, Node

REFLECT, SYMMETRIC = 0, 1


def mirror_pad(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """MIRROR_PAD by constants."""
    x, paddings = inputs
    if not isinstance(x, Value) or not isinstance(paddings, np.ndarray):
        return None
    if paddings.shape != (len(x.shape), 2) or node.options.mode not in (REFLECT, SYMMETRIC):
        return None
    border = int(node.options.mode == REFLECT)
    widths = [(int(before), int(after)) for before, after in paddings.tolist()]
    if any(
        min(pair) < 0 or max(pair) > size - border
        for pair, size in zip(widths, x.shape, strict=True)
    ):
        return None
    shape = [size + sum(pair) for size, pair in zip(x.shape, widths, strict=True)]
    node.limits.check_size(tuple(shape), x.dtype.itemsize)
    y = new_value(shape, x.dtype)
    inside = [slice(b, b + size) for size, (b, _) in zip(x.shape, widths, strict=True)]
    middle = strided(y, lambda whole: whole[tuple(inside)])
    made = None if middle is None else copy(dense(x), middle)
    for axis, (size, pair) in enumerate(zip(x.shape, widths, strict=True)):
        for source, target in _mirrored(size, *pair, border):
            made = _with(made, y, [*[slice(None)] * axis], inside[axis + 1 :], source, target)
    return None if made is None else Lowered((y,), made)


def _mirrored(size: int, before: int, after: int, border: int) -> list[tuple[slice, slice]]:
    """What is read backwards, and where it goes, along an axis."""
    first, end = before, before + size
    return [
        (slice(first + border, first + border + before), slice(0, before)),
        (slice(end - border - after, end - border), slice(end, end + after)),
    ]


def _with(
    made: tuple[Instruction, ...] | None,
    y: Value,
    outer: Sequence[slice],
    inner: Sequence[slice],
    source: slice,
    target: slice,
) -> tuple[Instruction, ...] | None:
    """The instructions, and those that copy one side's mirror image."""

    def backwards(whole: Array) -> Array:
        part = whole[(*outer, source, *inner)]
        return np.flip(part, len(outer))

    mirror, place = strided(y, backwards), strided(y, lambda whole: whole[(*outer, target, *inner)])
    if made is None or mirror is None or place is None:
        return None
    more = copy(mirror, place)
    return None if more is None else (*made, *more)

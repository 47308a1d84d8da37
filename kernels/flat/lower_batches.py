"""SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND as instructions: copies by strides."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from kernels.affine import stored_zero
from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.strided import Strided, copy, dense, strided
from kernels.flat.value import Source, Value, new_value
from kernels.node import Array, Node

Borders = list[tuple[int, int]]


def _given(inputs: Sequence[Source | None]) -> tuple[Value, tuple[int, ...], Borders] | None:
    """The tensor, the block of each spatial dimension, and paddings or crops, that are known."""
    x, blocks, borders = inputs
    if not isinstance(x, Value) or not isinstance(blocks, np.ndarray):
        return None
    sizes = tuple(np.ravel(blocks).tolist())
    if not isinstance(borders, np.ndarray) or borders.shape != (len(sizes), 2):
        return None
    if len(sizes) >= len(x.shape) or min(sizes, default=1) < 1 or np.any(borders < 0):
        return None
    return x, sizes, [(before, after) for before, after in borders.tolist()]


def _tiles(whole: Array, blocks: Sequence[int]) -> Array:
    """(batch, *spatial, *rest) as (*blocks, batch, *cells, *rest)."""
    count = len(blocks)
    spatial, rest = whole.shape[1 : 1 + count], whole.shape[1 + count :]
    pairs = [n for size, b in zip(spatial, blocks, strict=True) for n in (size // b, b)]
    apart = whole.reshape(whole.shape[0], *pairs, *rest)
    return np.moveaxis(apart, [2 + 2 * axis for axis in range(count)], range(count))


def space_to_batch(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """SPACE_TO_BATCH_ND: padded, and the pixels of blocks apart."""
    given = _given(inputs)
    if given is None:
        return None
    x, blocks, borders = given
    count = len(blocks)
    widths = [(0, 0), *borders, *[(0, 0)] * (len(x.shape) - 1 - count)]
    shape = tuple(n + sum(width) for n, width in zip(x.shape, widths, strict=True))
    node.limits.check_size(shape, x.dtype.itemsize)
    spatial = shape[1 : 1 + count]
    if any(size % block for size, block in zip(spatial, blocks, strict=True)):
        return None
    padded, made = _padded(node, x, shape, widths)
    cells = [size // block for size, block in zip(spatial, blocks, strict=True)]
    y = new_value((prod(blocks) * shape[0], *cells, *shape[1 + count :]), x.dtype)
    return _copied(strided(padded, lambda a: _tiles(a, blocks)), y, made)


def _padded(
    node: Node, x: Value, shape: tuple[int, ...], widths: Borders
) -> tuple[Value, tuple[Instruction, ...] | None]:
    """x with what stands for 0.0 around, after instructions."""
    if shape == x.shape:
        return x, ()
    padded = new_value(shape, x.dtype)
    zero = np.asarray(stored_zero(node.outputs[0].tensor), x.dtype)
    around = copy(Strided(zero, 0, shape, (0,) * len(shape)), dense(padded))
    inside = [slice(b, b + n) for n, (b, _) in zip(x.shape, widths, strict=True)]
    middle = strided(padded, lambda a: a[tuple(inside)])
    within = None if middle is None else copy(dense(x), middle)
    return padded, None if around is None or within is None else (*around, *within)


def batch_to_space(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """BATCH_TO_SPACE_ND: the inverse, which crops."""
    given = _given(inputs)
    if given is None:
        return None
    x, blocks, crops = given
    count = len(blocks)
    if x.shape[0] % prod(blocks):
        return None
    batch, cells = x.shape[0] // prod(blocks), x.shape[1 : 1 + count]
    spatial = [cell * block for cell, block in zip(cells, blocks, strict=True)]
    whole = new_value((batch, *spatial, *x.shape[1 + count :]), x.dtype)
    place = strided(whole, lambda a: _tiles(a, blocks))
    made = None if place is None else copy(dense(x.reshaped(place.shape)), place)
    kept = tuple(
        slice(before, max(size - after, before))
        for size, (before, after) in zip(spatial, crops, strict=True)
    )
    view = strided(whole, lambda a: a[(slice(None), *kept)])
    if view is None or view.is_dense:
        source = None if view is None else view.as_source()
        return None if made is None or source is None else Lowered((source,), made)
    return _copied(view, new_value(view.shape, x.dtype), made)


def _copied(
    view: Strided | None, y: Value, before: tuple[Instruction, ...] | None
) -> Lowered | None:
    """The elements of a view side by side."""
    if view is None or before is None:
        return None
    made = copy(view, dense(y.reshaped(view.shape)))
    return None if made is None else Lowered((y,), (*before, *made))

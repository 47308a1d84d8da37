"""Sums over axes, each in the order and rounding of a LiteRT runtime.

NumPy's own sums are in pairs, and which pairs depends on the layout in memory. Results have
the axes that are left, and no others.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import groupby
from math import prod

import numpy as np

from kernels.node import Array
from kernels.xnnpack import fused_multiply_add

LANES, ACCUMULATORS = 16, 2
"""Of XNNPACK's f32-rsum with AVX-512. Without, vectors are shorter and sums differ in the last
place from those here, which are the same on every machine."""


def sum_in_order(x: Array, axes: Sequence[int]) -> Array:
    """Element by element as they lie in memory: TFLite's kernels. ``axes`` ascend."""
    return _sum_of_rows(_rows(x, axes))


def xnnpack_sum(x: Array, axes: Sequence[int], scale: np.float32) -> Array:
    """The sum times ``scale`` as XNNPACK computes it (src/operators/reduce-nd.c).

    Neighbouring axes that are summed count as one, and those that are left as well. The last
    one is summed first; these sums are scaled and added up, fused if nothing lies behind it.
    x has elements, and ``axes``, ascending, are not empty.
    """
    runs = [(summed, list(run)) for summed, run in groupby(range(x.ndim), lambda a: a in axes)]
    merged = x.reshape([prod(x.shape[axis] for axis in run) for _, run in runs])
    *outer, last = (place for place, (summed, _) in enumerate(runs) if summed)
    innermost = last == merged.ndim - 1
    sums = sum_of_lanes(merged) if innermost else sum_in_order(merged, [last])
    total = np.zeros((), np.float32)
    for row in _rows(sums, outer):
        total = fused_multiply_add(row, scale, total) if innermost else row * scale + total
    return total.reshape([size for axis, size in enumerate(x.shape) if axis not in axes])


def _rows(x: Array, axes: Sequence[int]) -> Array:
    """x with ``axes`` merged into one and put first."""
    left = [axis for axis in range(x.ndim) if axis not in axes]
    shape = [x.shape[axis] for axis in left]
    return x.transpose(*axes, *left).reshape(prod(x.shape[axis] for axis in axes), *shape)


def _sum_of_rows(rows: Array) -> Array:
    """rows: (n, ...); one after the other."""
    if not len(rows):
        return np.zeros(rows.shape[1:], rows.dtype)
    total: Array = np.add.accumulate(rows, axis=0, dtype=rows.dtype)[-1]
    return total


def sum_of_lanes(x: Array, block: int = 1) -> Array:
    """Over the last axis in vectors, as XNNPACK: in turns to the accumulators as long as there
    are whole blocks of vectors; the others, then the elements that are left over, one after
    the other to their sum; and then its halves."""
    *shape, length = x.shape
    count = length // LANES
    vectors = x[..., : count * LANES].reshape(*shape, count, LANES)
    whole = count - count % block
    turns = (vectors[..., turn:whole:ACCUMULATORS, :] for turn in range(ACCUMULATORS))
    lanes = reduce(np.add, (sum_in_order(vectors, [len(shape)]) for vectors in turns))
    for vector in range(whole, count):
        lanes += vectors[..., vector, :]
    lanes[..., : length % LANES] += x[..., count * LANES :]
    half = LANES // 2
    while half:
        lanes, half = lanes[..., :half] + lanes[..., half:], half // 2
    return lanes[..., 0]

"""Weights in the order in which tiles read them, packed once.

A panel is as many columns as a tile has: [taps][steps][columns][group]. What is missing is 0.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable

import numpy as np

from kernels.flat.assembly import allocate
from kernels.node import Array

_PACKED: dict[tuple[int, Hashable], tuple[weakref.ref[Array], Array]] = {}


def packed_once(weights: Array, key: Hashable, pack: Callable[[], Array]) -> Array:
    """What ``pack`` makes of the weights in the layout ``key``, kept as long as the weights."""
    place = id(weights), key
    known = _PACKED.get(place)
    if known is not None and known[0]() is weights:
        return known[1]
    made = pack()
    _PACKED[place] = weakref.ref(weights, lambda _: _PACKED.pop(place, None)), made
    return made


def pack_panels(weights: Array, width: int, group: int) -> Array:
    """Weights (groups, taps, depth, columns) as panels of ``width`` columns, group by group."""
    groups, taps, depth, columns = weights.shape
    steps, panels = -(-depth // group), -(-columns // width)
    whole = np.zeros((groups, taps, steps * group, panels * width), weights.dtype)
    whole[:, :, :depth, :columns] = weights
    parts = whole.reshape(groups, taps, steps, group, panels, width).transpose(0, 4, 1, 2, 5, 3)
    packed = allocate(parts.nbytes).view(weights.dtype).reshape(parts.shape)
    packed[...] = parts
    return packed


def pack_columns(values: Array, groups: int, width: int) -> Array:
    """A number for each column of all groups, laid out like panels."""
    columns = len(values) // groups
    panels = -(-columns // width)
    packed = np.zeros((groups, panels * width), values.dtype)
    packed[:, :columns] = values.reshape(groups, columns)
    return packed.reshape(-1)

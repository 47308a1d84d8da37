"""Sparse constants made dense: where each stored value belongs.

A tensor is traversed level by level, first its dimensions in some order, then the blocks that
some of them are cut into. A level is dense, all indices in order, or CSR: ``segments`` say which
of the ``indices`` belong to each entry of the level above.
Source: ``tflite/kernels/internal/utils/sparsity_format_converter.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.model import Table
from kernels.tflite.schema import ENUMS, with_defaults

Integers = NDArray[np.int64]

_DENSE = ENUMS["DimensionType"]["DENSE"]


def places(rank: int, sparsity: Table) -> Integers:
    """The coordinates of the stored values of a tensor: (rank, n).

    Raises ValueError, IndexError or KeyError for levels that do not fit each other;
    ``kernels.tflite.verify_sparsity`` says what is wrong.
    """
    given = with_defaults(sparsity, sparsity.name)
    order = _numbers(given.traversal_order).tolist()
    blocks = _numbers(given.block_map).tolist()
    levels = [with_defaults(level, level.name) for level in given.dim_metadata]
    entries = np.zeros((0, 1), np.int64)
    for level in levels:
        entries = _descend(entries, level)
    by_axis = dict(zip(order, entries, strict=True))
    coordinates = [by_axis[axis] for axis in range(rank)]
    for number, axis in enumerate(blocks):
        size = levels[order.index(rank + number)].dense_size
        coordinates[axis] = coordinates[axis] * size + by_axis[rank + number]
    return np.array(coordinates, np.int64).reshape(rank, -1)


def _descend(entries: Integers, level: Any) -> Integers:
    """The entries (levels, n) with the indices of one more level."""
    count = entries.shape[1]
    if level.format == _DENSE:
        sizes = np.full(count, level.dense_size)
        indices = np.tile(np.arange(level.dense_size), count)
    else:
        sizes = np.diff(_numbers(level.array_segments))
        indices = _numbers(level.array_indices)
        if len(sizes) != count or sizes.sum() != len(indices):
            raise ValueError(f"there are {len(sizes)} segments for {count} entries")
    return np.vstack([np.repeat(entries, sizes, axis=1), indices])


def _numbers(given: Any) -> Integers:
    """An index vector: a table of values, or the values; none stand for an empty one."""
    values = given.fields.get("values", ()) if isinstance(given, Table) else given
    return np.asarray(() if values is None else values, np.int64)

"""Constants that a file stores sparse: their values and the table that says where they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

import numpy as np

from kernels.model import Table
from kernels.node import Array
from kernels.tflite.schema import ENUMS
from tools.conformance.model_builder import Value, constant

Place = tuple[int, ...]
"""Indices of the first levels, in the order of traversal."""


@dataclass(frozen=True)
class Encoding:
    """How values are traversed. ``order`` of the levels: dimensions, then blocks; ``blocks``:
    dimension -> block size; ``csr``: the levels, in that order, that are not dense."""

    values: Array
    order: Sequence[int]
    blocks: Mapping[int, int]
    csr: Collection[int]

    @cached_property
    def sizes(self) -> list[int]:
        """Of the levels, in the order of traversal."""
        outer = [size // self.blocks.get(axis, 1) for axis, size in enumerate(self.values.shape)]
        every = [*outer, *self.blocks.values()]
        return [every[axis] for axis in self.order]

    def element(self, place: Place) -> object:
        """The value at indices of all levels."""
        by_axis = dict(zip(self.order, place, strict=True))
        at = [by_axis[axis] for axis in range(self.values.ndim)]
        for number, (axis, size) in enumerate(self.blocks.items()):
            at[axis] = at[axis] * size + by_axis[self.values.ndim + number]
        return self.values[tuple(at)]

    def occupied(self, place: Place) -> bool:
        """Whether any value under a place is not 0."""
        rest = product(*(range(size) for size in self.sizes[len(place) :]))
        return any(self.element((*place, *more)) for more in rest)

    def children(self, place: Place) -> list[Place]:
        """The places of the next level that are stored."""
        every = [(*place, index) for index in range(self.sizes[len(place)])]
        return [p for p in every if self.occupied(p)] if len(place) in self.csr else every


def encoded(encoding: Encoding) -> tuple[Array, Table]:
    """The stored values and their SparsityParameters."""
    levels: list[Table] = []
    places: list[Place] = [()]
    for level, size in enumerate(encoding.sizes):
        children = [encoding.children(place) for place in places]
        dense = Table("DimensionMetadata", {"format": _format("DENSE"), "dense_size": size})
        levels.append(_sparse_level(children) if level in encoding.csr else dense)
        places = [child for of in children for child in of]
    fields = {
        "traversal_order": np.array(encoding.order, np.int32),
        "block_map": np.array(list(encoding.blocks), np.int32),
        "dim_metadata": tuple(levels),
    }
    stored = [encoding.element(place) for place in places]
    return np.asarray(stored, encoding.values.dtype), Table("SparsityParameters", fields)


def _format(name: str) -> int:
    return ENUMS["DimensionType"][name]


def _sparse_level(children: Sequence[Sequence[Place]]) -> Table:
    ends = np.cumsum([0, *map(len, children)])
    return csr_level(ends, [place[-1] for of in children for place in of])


def csr_level(ends: Sequence[int] | Array, indices: Sequence[int]) -> Table:
    """A level whose entries ``ends`` divides among those of the level above."""
    return Table(
        "DimensionMetadata",
        {
            "format": _format("SPARSE_CSR"),
            "array_segments": Table("Int32Vector", {"values": np.array(ends, np.int32)}),
            "array_indices": Table("Int32Vector", {"values": np.array(indices, np.int32)}),
        },
    )


def sparse_constant(name: str, encoding: Encoding) -> Value:
    """A constant, stored so."""
    stored, table = encoded(encoding)
    whole = constant(name, encoding.values)
    return Value(replace(whole.tensor, sparsity=table), stored.tobytes())

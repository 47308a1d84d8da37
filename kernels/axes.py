"""Axes as a model gives them, negative ones counted from the end."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from kernels.errors import ModelError
from kernels.node import Array


def resolve_axis(axis: int | Array, rank: int) -> int:
    """The axis in 0..rank-1. Raises ModelError if the tensor has no such axis."""
    given = int(axis)
    resolved = given + rank if given < 0 else given
    if not 0 <= resolved < rank:
        raise ModelError(
            f"Axis {given} does not exist in a tensor of rank {rank}.",
            f"An axis is between {-rank} and {rank - 1}; the file may be damaged.",
        )
    return resolved


def resolve_axes(axes: Array | Iterable[int], rank: int) -> tuple[int, ...]:
    """Every axis once, in ascending order. Raises ModelError as ``resolve_axis`` does."""
    return tuple(sorted({resolve_axis(int(axis), rank) for axis in np.ravel(np.asarray(axes))}))

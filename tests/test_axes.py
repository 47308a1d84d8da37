"""Axes counted from the end, repeated and out of range."""

import numpy as np
import pytest

from kernels.axes import resolve_axes, resolve_axis
from kernels.errors import ModelError


@pytest.mark.parametrize(
    ("axis", "rank", "expected"), [(0, 1, 0), (-1, 4, 3), (-4, 4, 0), (2, 4, 2)]
)
def test_one(axis, rank, expected):
    assert resolve_axis(axis, rank) == expected
    assert resolve_axis(np.asarray(axis, np.int32), rank) == expected


@pytest.mark.parametrize(("axis", "rank"), [(0, 0), (4, 4), (-5, 4), (2**31 - 1, 3)])
def test_one_that_does_not_exist(axis, rank):
    with pytest.raises(ModelError, match=f"Axis {axis} does not exist in a tensor of rank {rank}"):
        resolve_axis(axis, rank)


@pytest.mark.parametrize(
    ("axes", "expected"), [([], ()), ([2, 0], (0, 2)), ([1, -2, 1], (1,)), (-1, (2,))]
)
def test_several(axes, expected):
    assert resolve_axes(np.asarray(axes, np.int32), 3) == expected

"""Sums of products, against NumPy's."""

import numpy as np
import pytest

from kernels.kernel import kernel

DRAW = np.random.default_rng(3)
# No product of these is rounded: sums in any order are equal.
SHAPES = [(1, 1, 1), (1, 5, 3), (2, 4, 7), (3, 9, 16)]


def integers(*shape):
    return DRAW.integers(-8, 9, shape).astype(np.float32)


@pytest.mark.parametrize("shape", SHAPES)
def test_dense(shape):
    groups, positions, depth = shape
    left, right, start = integers(*shape), integers(*shape), integers(groups, depth, depth)
    sums = start.copy()
    kernel("second_moments.add_dense")(left, right, sums, positions, depth, chunks=groups * depth)
    np.testing.assert_array_equal(sums, start + left.swapaxes(1, 2) @ right)


@pytest.mark.parametrize("shape", SHAPES)
def test_depthwise(shape):
    positions, taps, channels = shape
    left, right, start = integers(*shape), integers(*shape), integers(taps, taps, channels)
    sums = start.copy()
    code = kernel("second_moments.add_depthwise")
    code(left, right, sums, positions, taps, channels, chunks=taps * taps)
    np.testing.assert_array_equal(sums, start + np.einsum("ptc,puc->tuc", left, right))

"""By the kernels that go through arrays in spans: each place once, and none beyond."""

import numpy as np
import pytest

from kernels.compiled.spans import BLOCK
from kernels.kernel import kernel

COUNTS = [0, 1, 15, 16, 17, 63, 64, 65, 80, 81, 127, 128, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK]


@pytest.mark.parametrize("count", COUNTS)
def test_each_place_once_and_none_beyond(count):
    x = np.random.default_rng(0).integers(0, 2, count).astype(np.uint8)
    y = np.full(count + 100, 7, np.uint8)
    kernel("casting.logical_not")(x, y, count, chunks=-(-count // BLOCK))
    np.testing.assert_array_equal(y[:count], 1 - x)
    assert (y[count:] == 7).all()


@pytest.mark.parametrize("count", COUNTS[:-3])
@pytest.mark.parametrize(("x_column", "y_column"), [(1, 1), (0, 1), (1, 0)])
def test_rows(count, x_column, y_column):
    x, y = np.random.default_rng(0).normal(size=(2, 3 * count + 3)).astype(np.float32)
    z = np.full(3 * count + 100, 7, np.float32)
    x_row, y_row = (count if column else 1 for column in (x_column, y_column))
    layout = (count, 3, x_column, x_row, 0, y_column, y_row, 0)
    kernel("arithmetic.sub")(x, y, z, *layout, -np.inf, np.inf, chunks=3)
    left, right = (
        given[: 3 * count].reshape(3, count) if column else given[:3, None]
        for given, column in ((x, x_column), (y, y_column))
    )
    np.testing.assert_array_equal(z[: 3 * count].reshape(3, count), left - right)
    assert (z[3 * count :] == 7).all()

import numpy as np
import pytest

from kernels.compiled.transposing import TILE
from kernels.kernel import kernel

SIZES = [1, 2, 15, 16, 17, 40]


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32, np.int64])
@pytest.mark.parametrize("rows", SIZES)
@pytest.mark.parametrize("columns", SIZES)
def test_matrices(rows, columns, dtype):
    x = np.arange(2 * rows * columns).astype(dtype).reshape(2, rows, columns)
    y = np.full(2 * rows * columns + 50, 77, dtype)
    blocks = -(-columns // TILE)
    count = rows * columns
    steps = (columns, TILE, count - blocks * TILE, 1, TILE * rows, count - blocks * TILE * rows)
    name = f"transposing.transpose_{x.dtype.itemsize * 8}"
    kernel(name)(x, y, rows, blocks, *steps, columns, rows, chunks=2 * blocks)
    np.testing.assert_array_equal(y[: 2 * count].reshape(2, columns, rows), x.transpose(0, 2, 1))
    assert (y[2 * count :] == 77).all()

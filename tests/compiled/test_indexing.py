"""Rows of bytes by computed index."""

import numpy as np
import pytest

from kernels.kernel import kernel


def as_bytes(x):
    return np.ascontiguousarray(x).reshape(-1).view(np.uint8)


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
@pytest.mark.parametrize(
    ("shape", "batch", "axis", "picked"),
    [
        ((5,), 0, 0, (3,)),
        ((2, 7, 3), 0, 1, (4, 2)),
        ((3, 2, 5, 70), 1, 2, (3, 6)),
        ((4, 9), 0, 0, ()),
    ],
)
def test_gather(shape, batch, axis, picked, dtype):
    rng = np.random.default_rng(0)
    x = rng.normal(size=shape).astype(np.float32)
    indices = rng.integers(0, shape[axis], picked).astype(dtype)
    count = int(np.prod(picked[batch:]))
    inner = shape[axis + 1 :]
    flat = x.reshape(*shape[:batch], -1, shape[axis], int(np.prod(inner)))
    rows = indices.reshape(*shape[:batch], 1, count, 1)
    expected = np.take_along_axis(flat, rows, -2)
    y = np.zeros_like(expected)
    outer, size = flat.shape[-3], flat.shape[-1] * 4
    gather = kernel(f"indexing.gather_{np.dtype(dtype).name}")
    arguments = (as_bytes(x), indices.reshape(-1), as_bytes(y), outer, shape[axis], count, size)
    assert gather(*arguments, chunks=expected.size * 4 // size)
    np.testing.assert_array_equal(y, expected)


@pytest.mark.parametrize("index", [-1, 4, -(2**31), 2**31 - 1])
def test_an_index_out_of_range_is_refused(index):
    x, y = np.arange(8, dtype=np.uint8), np.zeros(6, np.uint8)
    indices = np.int32([1, index, 2])
    gather, put = kernel("indexing.gather_int32"), kernel("indexing.put_rows")
    assert gather(x, indices, y, 1, 4, 3, 2, chunks=1)
    assert not gather(x, indices, y, 1, 4, 3, 2, chunks=3)
    assert y.tolist() == [2, 3, 0, 0, 0, 0]
    assert not put(x[:2], np.int32([index]), np.zeros(8, np.uint8), 4, 2, chunks=1)


def test_rows_are_put_into_their_places():
    x, y = np.arange(1, 7, dtype=np.uint8), np.zeros((2, 4, 3), np.uint8)
    assert kernel("indexing.put_rows")(x, np.int32([2]), y.reshape(-1), 4, 3, chunks=2)
    expected = np.zeros_like(y)
    expected[:, 2] = [[1, 2, 3], [4, 5, 6]]
    np.testing.assert_array_equal(y, expected)


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
@pytest.mark.parametrize("starts", [(0, 0, 0), (1, 2, 3), (-5, 9, 1), (3, 2, 2**30)])
def test_a_part_is_placed_where_it_fits(starts, dtype):
    x = np.arange(1, 13, dtype=np.float32).reshape(2, 3, 2)
    y = np.zeros((3, 5, 6), np.float32)
    expected = y.copy()
    a, b, c = (min(max(at, 0), y.shape[i] - x.shape[i]) for i, at in enumerate(starts))
    expected[a : a + 2, b : b + 3, c : c + 2] = x
    axes = np.int64([[2, 3, 120], [3, 5, 24], [2, 6, 4]])
    place = kernel(f"indexing.place_{np.dtype(dtype).name}")
    arguments = (as_bytes(x), np.array(starts, dtype), as_bytes(y), axes.reshape(-1), 3, 8)
    place(*arguments, chunks=6)
    np.testing.assert_array_equal(y, expected)

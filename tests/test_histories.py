import numpy as np
import pytest

from kernels.flat.histories import pack_channels, pack_histories


@pytest.mark.parametrize("group", [1, 2, 4])
@pytest.mark.parametrize("size", [(1, 1), (3, 2), (4, 3), (5, 1), (9, 2)])
@pytest.mark.parametrize("lanes", [1, 4])
def test_products_of_histories_are_those_of_columns(group, size, lanes):
    """A history's codes lie like the weights of a set, the last row highest."""
    (height, width), rng = size, np.random.default_rng(0)
    filters = rng.integers(-128, 128, (height, width, 5)).astype(np.int8)
    image = rng.integers(-99, 100, (height, width, 5))
    packed = pack_histories(filters, group, lanes)
    channels = -(-5 // lanes) * lanes
    steps = -(-height // group)
    assert packed.shape == (width, steps, channels)
    weights = packed[..., np.newaxis].view(f"i{4 // group}")
    assert packed.ctypes.data % 64 == 0
    total = np.zeros(5, np.int64)
    for column in range(width):
        for step in range(steps):
            for place in range(group):
                row = height - 1 - step * group - (group - 1 - place)
                assert row >= 0 or not weights[column, step, :, place].any()
                if row >= 0:
                    total += weights[column, step, :5, place] * image[row, column]
    np.testing.assert_array_equal(total, (filters.astype(np.int64) * image).sum(axis=(0, 1)))
    assert not packed[..., 5:].any()


def test_numbers_of_channels():
    np.testing.assert_array_equal(pack_channels(np.arange(5), 4), [0, 1, 2, 3, 4, 0, 0, 0])
    np.testing.assert_array_equal(pack_channels(np.arange(4), 4), np.arange(4))

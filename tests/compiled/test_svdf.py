"""A filter over time, against NumPy."""

import numpy as np
import pytest

from kernels.kernel import kernel
from kernels.ops.svdf import _lane_sum


@pytest.mark.parametrize(
    ("batch", "units", "rank", "memory"), [(1, 1, 1, 1), (3, 2, 2, 9), (2, 5, 7, 4), (1, 3, 9, 11)]
)
def test_filters(batch, units, rank, memory):
    rng = np.random.default_rng(0)

    def floats(*shape):
        return rng.standard_normal(shape).astype(np.float32)

    filters = units * rank
    features, weights = floats(batch, filters), floats(filters, memory)
    bias, state = floats(units), floats(batch, filters, memory)
    expected_state = np.concatenate([state[..., 1:], features[..., np.newaxis]], -1)
    summed = _lane_sum(expected_state * weights).reshape(batch, units, rank)
    y = np.zeros((batch, units), np.float32)
    arguments = (features, weights, bias, state, floats(*state.shape), y, units, rank, memory)
    kernel("svdf.filter_features")(*arguments, chunks=batch * units)
    np.testing.assert_array_equal(state, expected_state)
    np.testing.assert_array_equal(y, _lane_sum(summed) + bias)

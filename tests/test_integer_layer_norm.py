"""Layer normalization of integers, against float64."""

import numpy as np
import pytest

from kernels.integer_layer_norm import integer_layer_norm, inverse_square_root


@pytest.mark.parametrize("x", [1, 2, 3, 100, 32767, 10**6, 2**29 - 1, 2**29, 2**31 - 1])
def test_inverse_square_root(x):
    inverse = inverse_square_root(x)
    value = float(inverse.value) * 2.0 ** (float(inverse.shift) - 31)
    assert value == pytest.approx(x**-0.5, rel=2e-5)


@pytest.mark.parametrize("size", [2, 16, 100])
def test_layer_norm(size):
    rng, scale = np.random.default_rng(size), np.float32(2**-13)
    rows = rng.integers(-20_000, 20_000, (3, size)).astype(np.int16)
    norm = rng.integers(-9000, 9000, size).astype(np.int16)
    bias = rng.integers(-(10**6), 10**6, size).astype(np.int32)
    real = (rows - rows.mean(axis=1, keepdims=True)) / rows.std(axis=1, keepdims=True)
    expected = (real * norm + bias / 2**10) * scale
    result = integer_layer_norm(scale)(rows, norm, bias)
    assert result.dtype == np.int16
    np.testing.assert_allclose(result / 2**12, np.clip(expected, -8, 8), atol=5e-3)


def test_equal_values_give_the_bias():
    rows, norm, bias = np.full((1, 8), 77, np.int16), np.ones(8, np.int16), np.full(8, 2**20)
    result = integer_layer_norm(np.float32(2**-10))(rows, norm, bias)
    np.testing.assert_array_equal(result, np.full((1, 8), 2**12))

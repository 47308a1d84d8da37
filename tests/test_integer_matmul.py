import numpy as np
import pytest

from kernels.integer_matmul import EXACT_DEPTH, exact_sums, integer_matmul, wide_matmul


def operands(seed, m, k, n):
    rng = np.random.default_rng(seed)
    left, right = rng.integers(-255, 256, (m, k)), rng.integers(-128, 128, (k, n))
    return left, right


@pytest.mark.parametrize("k", [0, 1, 3, EXACT_DEPTH - 1, EXACT_DEPTH, EXACT_DEPTH + 1, 2000, 70000])
@pytest.mark.parametrize(("m", "n"), [(1, 1), (3, 40), (20, 2), (0, 3), (2, 0)])
def test_equals_integers(m, k, n):
    left, right = operands(k + m + n, m, k, n)
    expected = left.astype(np.int64) @ right.astype(np.int64)
    sums = exact_sums(left.astype(np.float32), right.astype(np.float32))
    np.testing.assert_array_equal(sums.astype(np.int64), expected)
    rounded = integer_matmul(left.astype(np.float32), right.astype(np.float32))
    assert rounded.dtype == np.float32
    np.testing.assert_array_equal(rounded, expected.astype(np.float32))


@pytest.mark.parametrize("k", [EXACT_DEPTH, 4 * EXACT_DEPTH])
@pytest.mark.parametrize("code", [255, -255])
def test_the_largest_sums_are_exact(k, code):
    left, right = np.full((1, k), code, np.float32), np.full((k, 1), -128, np.float32)
    assert exact_sums(left, right)[0, 0] == -128 * code * k


@pytest.mark.parametrize(("m", "k", "n"), [(1, 1, 1), (3, 5000, 40), (2, 0, 3), (0, 4, 2)])
def test_wide_products_are_exact(m, k, n):
    rng = np.random.default_rng(m + k + n)
    left, right = rng.integers(-(2**16), 2**16, (m, k)), rng.integers(-255, 256, (k, n))
    product = wide_matmul(left.astype(np.float64), right.astype(np.float64))
    assert product.dtype == np.float64
    np.testing.assert_array_equal(product.astype(np.int64), left @ right)

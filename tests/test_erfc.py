"""The complementary error function, against the C library's in float64."""

import math

import numpy as np
import pytest

from kernels.erfc import reference_erfc


@pytest.mark.parametrize("count", [24001, 24002, 24003, 24004])
def test_against_the_c_library(count):
    """The last numbers do not fill a vector."""
    x = np.linspace(-9, 9, count, dtype=np.float32)
    expected = np.array([math.erfc(value) for value in x.tolist()])
    np.testing.assert_allclose(reference_erfc(x), expected, rtol=7e-7)


def test_numbers_that_do_not_fill_a_vector_take_another_exponential():
    x = np.linspace(-3, 3, 4001, dtype=np.float32)
    alone = np.concatenate([reference_erfc(x[i : i + 1]) for i in range(len(x))])
    together = reference_erfc(x)
    np.testing.assert_allclose(alone, together, rtol=3e-7)
    assert (alone != together).any()


def test_shape_and_type_stay():
    assert reference_erfc(np.zeros((0, 3), np.float32)).shape == (0, 3)
    result = reference_erfc(np.float32([[0.1, 1e-30], [0.5, 3.9]]))
    assert result.shape == (2, 2)
    assert result.dtype == np.float32


def test_at_the_ends_of_the_float_line():
    result = reference_erfc(np.float32([np.inf, -np.inf, np.nan, 0, 11, -11]))
    np.testing.assert_array_equal(result, np.float32([0, 2, np.nan, 1, 0, 2]))

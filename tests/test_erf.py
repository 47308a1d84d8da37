"""The error function, against the C library's in float64."""

import math

import numpy as np

from kernels.erf import erf


def test_against_the_c_library():
    x = np.linspace(-6, 6, 24001, dtype=np.float32)
    expected = [math.erf(value) for value in x.tolist()]
    np.testing.assert_allclose(erf(x), expected, rtol=5e-7)


def test_it_is_odd_and_keeps_shape_and_type():
    x = np.float32([[0.1, 1e-30], [0.5, 3.9]])
    assert erf(x).dtype == np.float32
    np.testing.assert_array_equal(erf(-x), -erf(x))


def test_at_the_ends_of_the_float_line():
    result = erf(np.float32([np.inf, -np.inf, np.nan, 0]))
    np.testing.assert_array_equal(result, np.float32([1, -1, np.nan, 0]))


def test_no_elements():
    assert erf(np.zeros((0, 3), np.float32)).shape == (0, 3)

"""Inverse roots of integers, against float64."""

import numpy as np

from kernels.inverse_root import inverse_root


def test_is_near_the_inverse_root():
    x = np.concatenate([np.arange(2, 5000), np.geomspace(5000, 2**31 - 1, 5000).astype(np.int64)])
    made = inverse_root(x)
    real = made.value * 2.0 ** (made.shift - 31)
    np.testing.assert_allclose(real, x**-0.5, rtol=2e-6)


def test_of_zero_and_one_is_the_largest():
    made = inverse_root(np.array([0, 1]))
    assert made.value.tolist() == [2**31 - 1] * 2
    assert made.shift.tolist() == [0, 0]

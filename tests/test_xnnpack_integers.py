"""XNNPACK's sums and conversions, against real numbers."""

import numpy as np
import pytest

from kernels.xnnpack_integers import conversion_multiplier, convert, total

f32 = np.float32


@pytest.mark.parametrize(("x_ratio", "y_ratio"), [(1, 1), (0.3, -0.3), (200, 0.001), (2e-3, 1e-3)])
def test_sums_round_to_the_nearest(x_ratio, y_ratio):
    x, y = (np.random.default_rng(i).integers(-255, 256, 500) for i in range(2))
    exact = x * float(f32(x_ratio)) + y * float(f32(y_ratio))
    assert np.abs(total(x, y, f32(x_ratio), f32(y_ratio)) - exact).max() < 0.502


def test_halves_go_up():
    one = np.array([1, -1, 3])
    assert total(one, 0 * one, f32(0.5), f32(0.5)).tolist() == [1, 0, 2]
    assert convert(one, conversion_multiplier(f32(0.5))).tolist() == [1, 0, 2]

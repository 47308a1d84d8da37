"""Integers that stand for real numbers: the finest scale for a range, zero exactly."""

import numpy as np
import pytest

from quant.integer.affine import Affine
from quant.ranges import Range

RANGES = [(-1.0, 1.0), (0.0, 6.0), (-6.0, 0.0), (2.0, 3.0), (-3.0, -2.0), (-0.1, 100.0)]


@pytest.mark.parametrize("element_type", ["INT8", "INT16"])
@pytest.mark.parametrize("ends", RANGES)
def test_a_range_is_held_within_a_step_and_zero_exactly(ends, element_type):
    affine = Affine.of(Range(*ends), element_type)
    values = np.linspace(*ends, 1001).astype(np.float32)
    q = affine.quantized(values)
    restored = (q.astype(np.float64) - affine.zero_point) * affine.scale
    assert np.abs(restored - values).max() <= affine.scale * 0.51
    assert affine.quantized(np.zeros(1, np.float32))[0] == affine.zero_point


def test_int8_uses_all_codes_and_int16_is_symmetric():
    assert Affine.of(Range(0.0, 25.5), "INT8") == Affine("INT8", float(np.float32(0.1)), -128)
    assert Affine.of(Range(-2.0, 1.0), "INT16").zero_point == 0
    assert Affine.of(Range(-2.0, 1.0), "INT16").quantized(np.float32([-2]))[0] == -32767


@pytest.mark.parametrize("ends", [(0.0, 0.0), (0.0, 1e-30)])
def test_a_tensor_that_is_always_zero_has_a_normal_scale(ends):
    assert Affine.of(Range(*ends), "INT8").scale == pytest.approx(1 / 255)


def test_what_is_beyond_the_range_saturates():
    affine = Affine.of(Range(-1.0, 1.0), "INT8")
    assert affine.quantized(np.float32([-9, 9])).tolist() == [-128, 127]


def test_uint8_means_the_same_numbers():
    affine = Affine("INT8", 0.5, -3)
    assert affine.as_uint8.range == affine.range

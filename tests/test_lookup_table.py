"""Tables of functions, against the functions."""

import numpy as np
import pytest

from kernels.constant import DTYPES
from kernels.lookup_table import int16_table, look_up_int16, round_half_away, tabulated
from kernels.per_tensor import PerTensor


def affine(name, scale, zero_point=0):
    return PerTensor(np.float32(scale), zero_point, DTYPES[name])


def test_halves_are_rounded_away_from_zero():
    x = np.float32([-1.5, -0.5, 0.49999997, 0.5, 2.5])
    assert round_half_away(x).tolist() == [-2, -1, 0, 1, 3]


@pytest.mark.parametrize("xnnpack", [False, True])
@pytest.mark.parametrize("name", ["INT8", "UINT8"])
def test_bytes(name, xnnpack):
    x, out = affine(name, 0.1, 7), affine(name, 0.02, 100)
    limits = np.iinfo(DTYPES[name])
    q = np.arange(limits.min, limits.max + 1).astype(DTYPES[name])
    result = tabulated(np.sin, x, out, xnnpack)(q)
    expected = np.clip(np.sin((q.astype(float) - 7) * 0.1) / 0.02 + 100, limits.min, limits.max)
    assert np.abs(result - expected).max() <= 0.51


def test_infinite_results_saturate():
    x, out = affine("INT8", 1.0), affine("INT8", 1.0)
    with np.errstate(divide="ignore"):
        result = tabulated(np.reciprocal, x, out)
    assert result(np.int8([0, 1, -1])).tolist() == [127, 1, -1]


def test_int16_is_interpolated():
    table = int16_table(np.exp, (-10, 0), (-1, 1))
    q = np.arange(-32768, 32768)
    expected = np.exp((q - 32767) * (10 / 65535)) * 32768
    assert np.abs(look_up_int16(table, q) - np.minimum(expected, 32767)).max() < 8

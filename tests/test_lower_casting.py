import numpy as np
import pytest

from kernels.flat.lower_casting import CASTS
from tests.oracle import operator_model
from tests.plain_and_flat import assert_left_to_plain, operator_flat

FLOATS = [0, -0.0, 1e-40, 0.99, -0.99, 1.5, -1.5, 126.9, 127, 128, 254.9, 255, 256, -128, -129]
FLOATS += [2.0**31, -(2.0**31), 2.0**31 - 128, 2.0**63, -(2.0**63), 3e38, np.inf, -np.inf, np.nan]


def numbers(dtype):
    """Those where something happens, more than a vector."""
    if dtype == np.float32:
        return np.array(FLOATS * 3, np.float32)
    if dtype == np.bool_:
        return np.array([True, False, True] * 30)
    limits = np.iinfo(dtype)
    odd = [limits.min, limits.max, 0, 1, limits.max // 2, limits.max // 255, 2**24 + 1, 2**53 + 1]
    return np.array([value & limits.max if value > 0 else value for value in odd] * 10, dtype)


@pytest.mark.parametrize(("source", "target"), sorted(CASTS))
def test_casts(source, target):
    x = numbers(np.dtype(source))
    operator_flat("CAST", [x], [np.empty(x.shape, target)])


@pytest.mark.parametrize("shape", [(), (0, 3), (3, 3001)])
def test_of_any_shape(shape):
    x = np.asarray(np.random.default_rng(0).normal(size=shape).astype(np.float32) * 99)
    operator_flat("CAST", [x], [np.empty(shape, np.int32)])


def test_to_the_same_type_is_no_work():
    x = np.arange(5, dtype=np.int32)
    assert operator_flat("CAST", [x], [x]) == []


def test_other_casts_are_left_to_the_plain_kernel():
    x = np.arange(5, dtype=np.float64)
    assert_left_to_plain(operator_model("CAST", [x], [x.astype(np.float32)]), x)


def test_not():
    x = numbers(np.dtype(np.bool_))
    operator_flat("LOGICAL_NOT", [x], [x])

import numpy as np
import pytest

from kernels.kernel import kernel


def cast(name, x, dtype):
    y = np.empty(x.shape, dtype)
    kernel(f"casting.{name}")(x, y, x.size, chunks=1)
    return y


@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.int8, np.uint8])
def test_floats_lose_their_fraction_and_are_saturated(dtype):
    limits = np.iinfo(dtype)
    x = np.float32([1.9, -0.9, 0, -0.0, np.inf, -np.inf, np.nan, 1e30, -1e30])
    y = cast(f"float32_to_{np.dtype(dtype).name}", x, dtype)
    ends = [limits.max, limits.min, limits.max, limits.max, limits.min]
    np.testing.assert_array_equal(y, [1, 0, 0, 0, *ends])


def test_integers_keep_their_low_bits():
    x = np.array([2**32 + 5, -1, 2**31], np.int64)
    np.testing.assert_array_equal(cast("int64_to_int32", x, np.int32), [5, -1, -(2**31)])


def test_integers_are_rounded_to_the_nearest_float():
    x = np.array([2**24 + 1, 2**24 + 3, -(2**31)], np.int32)
    y = cast("int32_to_float32", x, np.float32)
    np.testing.assert_array_equal(y, np.float32([2**24, 2**24 + 4, -(2**31)]))


def test_bytes_with_and_without_a_sign():
    x = np.uint8([0, 127, 128, 255])
    np.testing.assert_array_equal(cast("uint8_to_int32", x, np.int32), [0, 127, 128, 255])
    np.testing.assert_array_equal(cast("int8_to_int32", x, np.int32), [0, 127, -128, -1])


def test_what_is_not_zero_is_true():
    x = np.float32([0, -0.0, 1e-40, -2, np.nan, np.inf])
    np.testing.assert_array_equal(cast("float32_to_bool", x, np.uint8), [0, 0, 1, 1, 1, 1])

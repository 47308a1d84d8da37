import numpy as np
import pytest

from kernels.errors import InputError
from tests.oracle import Fixed, operator_model
from tests.plain_and_flat import assert_left_to_plain, kernels_of, operator_flat

OPERATORS = ["DIV", "FLOOR_DIV", "FLOOR_MOD"]


def pairs(dtype):
    limits = np.iinfo(dtype)
    numbers = np.array([limits.min, limits.max, -7, -3, -1, 0, 1, 2, 7], dtype)
    x, y = (a.ravel() for a in np.meshgrid(numbers, numbers[numbers != 0]))
    return x, y


def fitting(operator, x, y):
    """DIV adds one to the smallest quotient as NumPy does; TFLite has no such result."""
    exact = (x != np.iinfo(x.dtype).min) | (y != -1)
    return (x[exact], y[exact]) if operator == "DIV" else (x, y)


@pytest.mark.parametrize("operator", OPERATORS)
def test_integers(operator):
    x, y = fitting(operator, *pairs(np.int32))
    operator_flat(operator, [x, y], [x])
    operator_flat(operator, [x, Fixed(y[:1])], [x])
    operator_flat(operator, [x[:1], y], [x])


@pytest.mark.parametrize("operator", OPERATORS)
def test_zero_is_an_error_of_the_plain_kernel(operator):
    x, y = np.int32([1, 2, 3]), np.int32([1, 0, 3])
    with pytest.raises(InputError, match="division by the integer 0"):
        kernels_of(operator_model(operator, [x, y], [x]), x, y)


def test_larger_integers_are_left_to_the_plain_kernel():
    x = np.array([7, 8], np.int64)
    assert_left_to_plain(operator_model("FLOOR_MOD", [x, x], [x]), x, x)


def test_other_broadcasts_are_left_to_the_plain_kernel():
    x, y = np.ones((2, 3), np.int32), np.ones(3, np.int32)
    assert_left_to_plain(operator_model("FLOOR_MOD", [x, y], [x]), x, y)

"""Reductions, against NumPy in float64 or plain integers, and LiteRT."""

import numpy as np
import pytest

from kernels.errors import ModelError
from kernels.interpreter import Interpreter
from tests.oracle import Fixed, check, integers, operator_model, random

SUM_TOLERANCE = 1e-6
"""Sums of some hundred floats in another order."""
CASES = [
    ((5,), [0]),
    ((2, 3, 4), [1]),
    ((2, 3, 4), [-1]),
    ((2, 3, 4), [0, 2]),
    ((2, 3, 4), [0, 1, 2]),
    ((2, 3, 4), [1, 1, -2]),
    ((1, 7, 7, 16), [1, 2]),
    ((2, 3, 1, 2, 3), [2]),
]


def reduced(definition, x, axes, keep):
    return np.asarray(definition(x, axis=tuple({a % x.ndim for a in axes}), keepdims=keep))


@pytest.mark.parametrize("keep_dims", [False, True])
@pytest.mark.parametrize(("shape", "axes"), CASES)
@pytest.mark.parametrize(
    ("operator", "definition", "tolerance"),
    [
        ("MEAN", np.mean, SUM_TOLERANCE),
        ("SUM", np.sum, SUM_TOLERANCE),
        ("REDUCE_PROD", np.prod, SUM_TOLERANCE),
        ("REDUCE_MAX", np.max, 0),
        ("REDUCE_MIN", np.min, 0),
    ],
)
def test_floats(operator, definition, tolerance, shape, axes, keep_dims):
    x = random(5, *shape)
    expected = reduced(definition, x.astype(float), axes, keep_dims).astype(np.float32)
    options = {"keep_dims": keep_dims}
    check(operator, [x, Fixed(np.int32(axes))], expected, options, tolerance=tolerance)


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
@pytest.mark.parametrize(
    ("operator", "definition"),
    [("SUM", np.sum), ("REDUCE_PROD", np.prod), ("REDUCE_MAX", np.max), ("REDUCE_MIN", np.min)],
)
def test_integers(operator, definition, dtype):
    x = integers(5, 3, 4, dtype=dtype)
    expected = definition(x, axis=1).astype(dtype)
    check(operator, [x, Fixed(np.int32([1]))], expected, {"keep_dims": False})


def test_the_mean_of_integers_rounds_towards_zero():
    x = np.int32([[7, 0], [-7, 0], [1, 1]])
    check("MEAN", [x, Fixed(np.int32([1]))], np.int32([3, -3, 1]), {"keep_dims": False})


def test_integer_sums_wrap_around():
    x = np.int32([[2**31 - 1, 1]])
    check("SUM", [x, Fixed(np.int32([1]))], np.int32([-(2**31)]), {"keep_dims": False})


@pytest.mark.parametrize(
    ("operator", "definition"), [("REDUCE_ALL", np.all), ("REDUCE_ANY", np.any)]
)
@pytest.mark.parametrize("keep_dims", [False, True])
def test_booleans(operator, definition, keep_dims):
    x = random(5, 4, 3) > 0
    expected = definition(x, axis=1, keepdims=keep_dims)
    check(operator, [x, Fixed(np.int32([1]))], expected, {"keep_dims": keep_dims})


def run(operator, x, axes, shape):
    axes, output = np.int32(axes), np.empty(shape, x.dtype)
    model = operator_model(operator, [x, axes], [output], {"keep_dims": False})
    return Interpreter(model).invoke(in0=x, in1=axes)["out0"]


def test_axes_known_at_run_time():
    x = random(5, 4, 3)
    check("REDUCE_MAX", [x, np.int32([0])], x.max(axis=0), {"keep_dims": False})


def test_no_axes_leave_the_tensor():
    x = random(5, 2, 3)
    np.testing.assert_array_equal(run("SUM", x, [], (2, 3)), x)


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("SUM", 0),
        ("REDUCE_PROD", 1),
        ("MEAN", np.nan),
        ("REDUCE_MAX", np.finfo(np.float32).min),
        ("REDUCE_MIN", np.finfo(np.float32).max),
    ],
)
def test_of_no_elements(operator, expected):
    x = np.zeros((2, 0), np.float32)
    np.testing.assert_array_equal(run(operator, x, [1], (2,)), np.float32([expected] * 2))


def test_extrema_keep_infinity_and_nan():
    x = np.float32([[-np.inf, -np.inf], [1, np.nan]])
    np.testing.assert_array_equal(run("REDUCE_MAX", x, [1], (2,)), [-np.inf, np.nan])


def test_an_axis_that_does_not_exist():
    with pytest.raises(ModelError, match="Axis 2 does not exist in a tensor of rank 2"):
        run("SUM", random(1, 2, 3), [2], (2, 3))


@pytest.mark.parametrize(("shape", "axes"), CASES)
@pytest.mark.parametrize(
    ("operator", "definition"),
    [("SUM", np.any), ("REDUCE_MAX", np.any), ("REDUCE_PROD", np.all), ("REDUCE_MIN", np.all)],
)
def test_booleans_by_arithmetic(operator, definition, shape, axes):
    """LiteRT's default kernels refuse them."""
    x = random(1, *shape) > 0
    expected = reduced(definition, x, axes, False)
    check(operator, [x, Fixed(np.int32(axes))], expected, litert_runs=["reference"])


@pytest.mark.parametrize(("operator", "value"), [("REDUCE_MAX", False), ("REDUCE_MIN", True)])
def test_the_extremum_of_no_booleans(operator, value):
    x = np.zeros((2, 0), np.bool_)
    check(operator, [x, Fixed(np.int32([1]))], np.full(2, value), litert_runs=[])

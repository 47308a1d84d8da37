"""FILL, RANGE, ZEROS_LIKE and ONE_HOT, against NumPy and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError, ModelError
from kernels.interpreter import Interpreter
from kernels.limits import Limits
from tests.oracle import Fixed, check, integers, operator_model, random

DTYPES = [np.float32, np.int32, np.int64, np.bool_]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [[1], [3], [2, 3], [1, 2, 3, 4]])
def test_fill(shape, dtype):
    value = np.asarray(1, dtype)
    check("FILL", [np.int32(shape), value], np.full(shape, value))


@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.float32])
@pytest.mark.parametrize(
    ("start", "limit", "delta"), [(0, 1, 1), (0, 10, 3), (3, 12, 3), (10, 0, -4), (-5, 5, 2)]
)
def test_sequence(start, limit, delta, dtype):
    bounds = [np.asarray(value, dtype) for value in (start, limit, delta)]
    check("RANGE", bounds, np.arange(start, limit, delta, dtype))


def test_a_sequence_of_floats_is_a_running_sum():
    """So TFLite rounds it: the 100th element is not 100 * 0.1."""
    expected = np.cumsum(np.float32([0, *[0.1] * 99]), dtype=np.float32)
    check("RANGE", [np.float32(0), np.float32(10), np.float32(0.1)], expected)


@pytest.mark.parametrize("dtype", [np.float32, np.int32, np.int64])
@pytest.mark.parametrize("shape", [(1,), (2, 3)])
def test_zeros_like(shape, dtype):
    x = integers(1, *shape, dtype=dtype)
    check("ZEROS_LIKE", [x], np.zeros_like(x))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("index_type", [np.int32, np.int64])
@pytest.mark.parametrize(("shape", "axis"), [((3,), -1), ((3,), 0), ((2, 3), 1), ((2, 3), -1)])
def test_one_hot(shape, axis, index_type, dtype):
    indices = integers(1, *shape, low=-1, high=6, dtype=index_type)
    on, off = np.asarray(1, dtype), np.asarray(0, dtype)
    places = np.moveaxis(np.equal.outer(np.arange(5), indices), 0, axis)
    expected = np.ascontiguousarray(np.where(places, on, off))
    check("ONE_HOT", [indices, Fixed(np.int32(5)), on, off], expected, {"axis": axis})


def run(operator, inputs, output, limits=None):
    model = operator_model(operator, inputs, [output])
    interpreter = Interpreter(model, limits=limits)
    return interpreter.invoke(**{f"in{i}": np.asarray(v) for i, v in enumerate(inputs)})["out0"]


def test_nothing():
    empty = np.zeros(0, np.float32)
    assert run("FILL", [np.int32([0, 4]), np.asarray(np.float32(1))], empty).shape == (0, 4)
    bounds = [np.asarray(np.float32(value)) for value in (3, 3, 1)]
    assert run("RANGE", bounds, empty).shape == (0,)
    assert run("ZEROS_LIKE", [empty], empty).shape == (0,)


@pytest.mark.parametrize(
    ("start", "limit", "delta"), [(0, 1, 0), (0, 1, -1), (1, 0, 1), (0, np.inf, 1), (0, np.nan, 1)]
)
def test_endless_sequences(start, limit, delta):
    bounds = [np.asarray(np.float32(value)) for value in (start, limit, delta)]
    with pytest.raises(InputError, match="does not end"):
        run("RANGE", bounds, random(1, 1))


@pytest.mark.parametrize(
    ("operator", "inputs"),
    [
        ("FILL", [np.int32([2**31 - 1, 2**31 - 1]), np.asarray(np.float32(1))]),
        ("RANGE", [np.asarray(np.float32(value)) for value in (0, 1e30, 1)]),
    ],
)
def test_beyond_the_limit(operator, inputs):
    with pytest.raises(ModelError, match="the limit is 1000"):
        run(operator, inputs, random(1, 1), Limits(tensor_bytes=1000))


def test_a_negative_size():
    with pytest.raises(ModelError, match="negative dimension"):
        run("FILL", [np.int32([-1]), np.asarray(np.float32(1))], random(1, 1))

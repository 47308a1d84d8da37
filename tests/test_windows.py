"""DILATE and REDUCE_WINDOW, against loops and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError, UnsupportedOperatorError
from kernels.interpreter import Interpreter
from kernels.tflite.schema import ENUMS
from tests.oracle import Fixed, check, integers, operator_model, random

DTYPES = [np.float32, np.int8, np.int16, np.int32, np.int64, np.uint8]


@pytest.mark.parametrize("dtype", [*DTYPES, np.bool_, np.float64])
@pytest.mark.parametrize(
    ("shape", "factors"),
    [((1,), (5,)), ((4,), (1,)), ((3, 2), (2, 3)), ((2, 3, 2), (1, 4, 1)), ((2, 3, 2), (3, 1, 2))],
)
def test_dilate(shape, factors, dtype):
    x, padding = integers(1, *shape, low=0, dtype=dtype), dtype(1)
    dilated = [(n - 1) * f + 1 for n, f in zip(shape, factors, strict=True)]
    expected = np.full(dilated, padding, dtype)
    for index in np.ndindex(shape):
        expected[tuple(np.multiply(index, factors))] = x[index]
    check("DILATE", [x, Fixed(np.int32(factors)), padding], expected)


@pytest.mark.parametrize("factors", [(0, 1), (-1, 1), (1,)])
def test_dilations_that_do_not_fit(factors):
    with pytest.raises(InputError, match="DILATE of a tensor"):
        run("DILATE", [random(1, 2, 2), np.int32(factors), np.float32(0)])


def run(operator, inputs, options=None):
    inputs = [np.asarray(value) for value in inputs]
    model = operator_model(operator, inputs, [inputs[0]], options)
    return Interpreter(model).invoke(**{f"in{i}": v for i, v in enumerate(inputs)})


REDUCTIONS = {
    "ADD": np.add,
    "MUL": np.multiply,
    "MINIMUM": np.minimum,
    "MAXIMUM": np.maximum,
    "ALL": np.logical_and,
    "ANY": np.logical_or,
}
WINDOWS = [
    ((5,), (1,), (1,), (1,)),
    ((5,), (3,), (2,), (1,)),
    ((6, 7), (2, 3), (1, 2), (3, 2)),
    ((2, 5, 4), (1, 2, 2), (1, 3, 1), (1, 1, 2)),
    ((2, 2), (3, 1), (1, 1), (1, 1)),  # does not fit
]


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("name", REDUCTIONS)
@pytest.mark.parametrize("dtype", [*DTYPES, np.bool_])
def test_reduce_window(name, dtype, window):
    shape, *numbers = window
    x, initial = integers(1, *shape, low=0, high=2, dtype=dtype), dtype(name in ("MUL", "ALL"))
    expected = reduced(REDUCTIONS[name], x, initial, *numbers)
    operands = [x, initial, *(Fixed(np.int64(values)) for values in numbers)]
    check("REDUCE_WINDOW", operands, expected, {"reduce_function": name})


def reduced(combine, x, initial, sizes, strides, dilations):
    reach = (np.asarray(sizes) - 1) * dilations + 1
    places = np.maximum((np.asarray(x.shape) - reach) // strides + 1, 0)
    result = np.full(places, initial, x.dtype)
    for place in np.ndindex(*places):
        for tap in np.ndindex(*sizes):
            element = x[tuple(np.multiply(place, strides) + np.multiply(tap, dilations))]
            result[place] = combine(result[place], element)
    return result


def test_floats_are_added_in_their_order():
    x = random(1, 9, 8) * 1e3
    expected = reduced(np.add, x, np.float32(0.1), (3, 4), (1, 1), (1, 1))
    operands = [x, np.float32(0.1), *(Fixed(np.int64(v)) for v in ((3, 4), (1, 1), (1, 1)))]
    check("REDUCE_WINDOW", operands, expected, {"reduce_function": "ADD"})


def test_a_stride_of_zero():
    operands = [random(1, 4), np.float32(0), np.int64([1]), np.int64([0]), np.int64([1])]
    with pytest.raises(InputError, match="at least 1"):
        run("REDUCE_WINDOW", operands, {"reduce_function": "ADD"})


def test_no_function():
    code = ENUMS["ReduceWindowFunction"]["UNSUPPORTED"]
    operands = [random(1, 4), np.float32(0), np.int64([1]), np.int64([1]), np.int64([1])]
    with pytest.raises(UnsupportedOperatorError, match="reduces by function"):
        run("REDUCE_WINDOW", operands, {"reduce_function": code})

"""BITCAST, BITWISE_XOR and RIGHT_SHIFT, against NumPy and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError, UnsupportedOperatorError
from kernels.interpreter import Interpreter
from tests.build_model import single_operator, tensor
from tests.oracle import check, integers, operator_model, random

INTEGERS = [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32]


@pytest.mark.parametrize("to", [np.uint8, np.int16, np.int32, np.float32, np.int64])
@pytest.mark.parametrize("shape", [(2,), (0, 2), (3, 2)])
def test_bitcast_from_float(to, shape):
    x, dtype = random(1, *shape), np.dtype(to)
    pieces = (*shape, 4 // dtype.itemsize) if dtype.itemsize < 4 else shape
    expected = np.frombuffer(x.tobytes(), to)
    check("BITCAST", [x], expected.reshape(shape[:-1] if dtype.itemsize > 4 else pieces))


def test_bitcast_of_a_dimension_that_is_not_the_ratio():
    x = integers(1, 3, dtype=np.int8)
    model = operator_model("BITCAST", [x], [np.zeros((), np.int32)])
    with pytest.raises(InputError, match="Its last dimension must be 4"):
        Interpreter(model).invoke(in0=x)


def test_bitcast_of_strings():
    model = single_operator("BITCAST", [tensor("x", (1,), "STRING")], [tensor("y", (1,), "INT8")])
    with pytest.raises(UnsupportedOperatorError, match="bits of STRING to INT8"):
        Interpreter(model)


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("shapes", [((), ()), ((5,), (5,)), ((2, 3), (1, 3)), ((2, 1, 4), (3, 1))])
def test_bitwise_xor(dtype, shapes):
    x, y = (integers(i, *shape, low=0, high=127, dtype=dtype) for i, shape in enumerate(shapes))
    check("BITWISE_XOR", [x, y], np.asarray(np.bitwise_xor(x, y)))


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("shapes", [((5,), (5,)), ((2, 3), (3,)), ((2, 1, 4), (3, 1))])
def test_right_shift(dtype, shapes):
    least = 0 if np.dtype(dtype).kind == "u" else -100
    x = integers(1, *shapes[0], low=least, high=127, dtype=dtype)
    y = integers(2, *shapes[1], low=max(least, -2), high=40, dtype=dtype)
    expected = x >> np.clip(y, 0, 8 * x.itemsize - 1)
    check("RIGHT_SHIFT", [x, y], expected)

"""BROADCAST_TO, BROADCAST_ARGS and TILE, against NumPy and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError, ModelError
from kernels.interpreter import Interpreter
from kernels.limits import Limits
from tests.oracle import Fixed, check, integers, operator_model, random

DTYPES = [np.float32, np.int32, np.int64, np.int8, np.uint8, np.bool_]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("shape", "wanted"),
    [((1,), [1]), ((3,), [2, 3]), ((2, 1, 3), [2, 4, 3]), ((1, 1), [2, 3, 4, 5])],
)
def test_broadcast_to(shape, wanted, dtype):
    x = integers(1, *shape, low=0, high=2, dtype=dtype)
    expected = np.ascontiguousarray(np.broadcast_to(x, wanted))
    check("BROADCAST_TO", [x, Fixed(np.int32(wanted))], expected, version=2)


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [([1], [1], [1]), ([2, 1], [3], [2, 3]), ([4, 1, 5], [2, 1], [4, 2, 5])],
)
def test_broadcast_args(left, right, expected, dtype):
    shapes = [np.asarray(left, dtype), np.asarray(right, dtype)]
    check("BROADCAST_ARGS", shapes, np.asarray(expected, dtype))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("shape", "times"), [((3,), [1]), ((3,), [2]), ((2, 3), [2, 1]), ((1, 2, 1, 2), [1, 3, 2, 2])]
)
def test_tile(shape, times, dtype):
    x = integers(1, *shape, low=0, high=2, dtype=dtype)
    check("TILE", [x, Fixed(np.int32(times))], np.tile(x, times))


def run(operator, x, sizes, limits=None):
    sizes = np.int32(sizes)
    interpreter = Interpreter(operator_model(operator, [x, sizes], [x]), limits=limits)
    return interpreter.invoke(in0=x, in1=sizes)["out0"]


def test_results_may_be_written():
    result = run("BROADCAST_TO", random(1, 1), [3])
    result[0] = 7
    assert result[1] != 7


def test_no_times():
    assert run("TILE", random(1, 2, 3), [0, 2]).shape == (0, 6)


def test_shapes_that_do_not_broadcast():
    with pytest.raises(ModelError, match="BROADCAST_TO"):
        run("BROADCAST_TO", random(1, 2), [3])


@pytest.mark.parametrize("times", [[-1, 1], [1], [1, 1, 1]])
def test_tiles_that_do_not_fit(times):
    with pytest.raises(InputError, match="TILE of a tensor"):
        run("TILE", random(1, 2, 3), times)


@pytest.mark.parametrize("operator", ["BROADCAST_TO", "TILE"])
def test_beyond_the_limit(operator):
    with pytest.raises(ModelError, match="the limit is 1000"):
        run(operator, random(1, 1), [2**31 - 1], Limits(tensor_bytes=1000))

"""SEGMENT_SUM and UNSORTED_SEGMENT_*, against loops and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError, ModelError
from kernels.interpreter import Interpreter
from kernels.limits import Limits
from kernels.node import XNNPACK
from tests.oracle import check, integers, operator_model, random

FLOAT, INT = np.finfo(np.float32), np.iinfo(np.int32)
REDUCTIONS = {
    "MAX": (np.maximum, FLOAT.min, INT.min),
    "MIN": (np.minimum, FLOAT.max, INT.max),
    "PROD": (np.multiply, 1, 1),
    "SUM": (np.add, 0, 0),
}


@pytest.mark.parametrize("dtype", [np.float32, np.int32])
@pytest.mark.parametrize(
    ("shape", "ids"), [((1,), [0]), ((4,), [0, 0, 1, 2]), ((5, 2, 3), [0, 1, 1, 1, 2])]
)
def test_segment_sum(shape, ids, dtype):
    x = integers(1, *shape, dtype=dtype)
    expected = np.stack([x[np.equal(ids, i)].sum(axis=0) for i in range(ids[-1] + 1)])
    # LiteRT's reference resolver does not know the operator.
    check("SEGMENT_SUM", [x, np.int32(ids)], expected.astype(dtype), litert_runs=[XNNPACK])


@pytest.mark.parametrize("ids", [[0, 2], [1, 1], [0, -1], [1, 0], [0]])
def test_segments_that_do_not_ascend_by_one(ids):
    inputs = [random(1, 2), np.int32(ids)]
    with pytest.raises(InputError, match="begin with 0"):
        run("SEGMENT_SUM", inputs)


@pytest.mark.parametrize("dtype", [np.float32, np.int32])
@pytest.mark.parametrize("name", REDUCTIONS)
@pytest.mark.parametrize(
    ("shape", "ids", "count"),
    [
        ((4,), [0, 2, 0, 2], 4),
        ((3, 2), [1, 1, 0], 2),
        ((3, 2), [-1, 1, -5], 2),
        ((2, 3, 2), [[0, 1, 2], [2, 1, 0]], 3),
        ((2, 2), [[1, 0], [1, 0]], 2),
    ],
)
def test_unsorted_segments(name, shape, ids, count, dtype):
    x, ids = integers(1, *shape, dtype=dtype), np.int32(ids)
    reduce, float_first, int_first = REDUCTIONS[name]
    first = float_first if dtype == np.float32 else int_first
    expected = np.full((count, *shape[ids.ndim :]), first, dtype)
    for index in np.ndindex(ids.shape):
        if ids[index] >= 0:
            expected[ids[index]] = reduce(expected[ids[index]], x[index])
    check(f"UNSORTED_SEGMENT_{name}", [x, ids, np.int32(count)], expected)


def run(operator, inputs, limits=None):
    inputs = [np.asarray(value) for value in inputs]
    model = operator_model(operator, inputs, [inputs[0]])
    return Interpreter(model, limits=limits).invoke(**{f"in{i}": v for i, v in enumerate(inputs)})


@pytest.mark.parametrize(("ids", "count"), [([0, 3], 3), ([0], 3), ([0, 1], -1), ([[0, 1]], 3)])
def test_segments_outside(ids, count):
    with pytest.raises(InputError, match="for each row"):
        run("UNSORTED_SEGMENT_SUM", [random(1, 2), np.int32(ids), np.int32(count)])


def test_more_segments_than_the_limit():
    inputs = [random(1, 2), np.int32([0, 1]), np.int32(2**31 - 1)]
    with pytest.raises(ModelError, match="the limit is 1000"):
        run("UNSORTED_SEGMENT_SUM", inputs, Limits(tensor_bytes=1000))

"""BUCKETIZE and UNIQUE, against NumPy and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError, ModelError
from kernels.interpreter import Interpreter
from tests.oracle import check, integers, operator_model, random


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int32, np.int64])
@pytest.mark.parametrize("boundaries", [[0.0], [-20.0, 3.0, 3.0, 10.5]])
@pytest.mark.parametrize("shape", [(0,), (3,), (4, 5)])
def test_bucketize(shape, boundaries, dtype):
    x = integers(1, *shape, low=-30, high=30, dtype=dtype)
    expected = sum((x >= b).astype(np.int32) for b in boundaries)
    check("BUCKETIZE", [x], np.asarray(expected, np.int32), {"boundaries": boundaries})


@pytest.mark.parametrize(
    ("x", "expected"),
    [([2**24 + 1], 1), ([2**24 - 1], 0), ([np.float32(np.nan)], 1), ([np.float32(-np.inf)], 0)],
)
def test_bucketize_at_the_limits(x, expected):
    values = np.asarray(x)
    check("BUCKETIZE", [values], np.int32([expected]), {"boundaries": [2.0**24]})


def test_boundaries_that_descend():
    model = operator_model(
        "BUCKETIZE", [random(1, 3)], [np.zeros(3, np.int32)], {"boundaries": [2.0, 1.0]}
    )
    with pytest.raises(ModelError, match="do not ascend"):
        Interpreter(model)


@pytest.mark.parametrize("index_type", [np.int32, np.int64])
@pytest.mark.parametrize("dtype", [np.float32, np.int8, np.int16, np.int32, np.int64, np.uint8])
@pytest.mark.parametrize("values", [[5], [2, 2, 2], [3, 1, 3, 2, 1, 7, 3], list(range(20, 0, -1))])
def test_unique(values, dtype, index_type):
    x = np.asarray(values, dtype)
    first = list(dict.fromkeys(values))
    which = [first.index(value) for value in values]
    options = {"idx_out_type": "INT32" if index_type == np.int32 else "INT64"}
    check("UNIQUE", [x], [np.asarray(first, dtype), np.asarray(which, index_type)], options)


def unique(x):
    model = operator_model("UNIQUE", [x], [x, np.zeros(1, np.int32)])
    return Interpreter(model).invoke(in0=x)


def test_every_nan_is_another():
    outputs = unique(np.float32([1, np.nan, 1, np.nan]))
    np.testing.assert_array_equal(outputs["out0"], np.float32([1, np.nan, np.nan]))
    np.testing.assert_array_equal(outputs["out1"], [0, 1, 0, 2])


def test_unique_of_a_matrix():
    with pytest.raises(InputError, match="one dimension"):
        unique(random(1, 2, 2))

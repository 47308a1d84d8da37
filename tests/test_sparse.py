"""SPARSE_TO_DENSE and DENSIFY, against NumPy and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError, ModelError
from kernels.interpreter import Interpreter
from kernels.limits import Limits
from tests.oracle import check, integers, operator_model

DTYPES = [np.float32, np.int8, np.int32, np.int64, np.uint8]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("index_type", [np.int32, np.int64])
@pytest.mark.parametrize(
    ("indices", "shape"),
    [
        ([1, 3], (5,)),
        ([[0], [4], [0]], (5,)),
        ([[1, 2], [0, 0]], (2, 3)),
        ([[1, 0, 2, 1], [0, 1, 0, 0]], (2, 2, 3, 2)),
    ],
)
@pytest.mark.parametrize("scalar", [False, True])
def test_sparse_to_dense(indices, shape, scalar, index_type, dtype):
    indices = np.asarray(indices, index_type)
    values = integers(1, *([] if scalar else [len(indices)]), low=0, dtype=dtype)
    expected = np.full(shape, 7, dtype)
    for row, value in zip(indices, np.broadcast_to(values, len(indices)), strict=True):
        expected[tuple(np.atleast_1d(row))] = value
    inputs = [indices, np.asarray(shape, index_type), values, dtype(7)]
    runs = [] if scalar and len(indices) > 1 else ["xnnpack", "reference"]
    check("SPARSE_TO_DENSE", inputs, expected, litert_runs=runs)


def run(indices, shape, values, limits=None):
    inputs = [np.int32(indices), np.int32(shape), np.int32(values), np.asarray(np.int32(0))]
    inputs = [np.asarray(value) for value in inputs]
    model = operator_model("SPARSE_TO_DENSE", inputs, [inputs[2]])
    return Interpreter(model, limits=limits).invoke(**{f"in{i}": v for i, v in enumerate(inputs)})


@pytest.mark.parametrize(
    ("indices", "shape", "values"),
    [
        ([5], [5], [1]),
        ([-1], [5], [1]),
        ([[0, 3]], [2, 3], [1]),
        ([[0]], [2, 3], [1]),
        ([0, 1], [5], [1, 2, 3]),
        ([[[0]]], [5], [1]),
    ],
)
def test_what_does_not_fit(indices, shape, values):
    with pytest.raises(InputError, match=r"SPARSE_TO_DENSE.*Indices"):
        run(indices, shape, values)


def test_beyond_the_limit():
    with pytest.raises(ModelError, match="the limit is 1000"):
        run([0], [2**30], [1], Limits(tensor_bytes=1000))

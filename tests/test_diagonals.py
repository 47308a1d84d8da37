"""MATRIX_DIAG and MATRIX_SET_DIAG, against NumPy and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError
from kernels.interpreter import Interpreter
from tests.oracle import check, integers, operator_model, random

DTYPES = [np.float32, np.int8, np.int16, np.int32, np.int64, np.uint8]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(1,), (4,), (2, 3), (2, 1, 3)])
def test_matrix_diag(shape, dtype):
    x = integers(1, *shape, low=0, dtype=dtype)
    check("MATRIX_DIAG", [x], x[..., np.newaxis] * np.eye(shape[-1], dtype=dtype))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (2, 4), (5, 2), (2, 3, 4, 2)])
def test_matrix_set_diag(shape, dtype):
    x = integers(1, *shape, low=0, dtype=dtype)
    diagonal = integers(2, *shape[:-2], min(shape[-2:]), low=0, dtype=dtype)
    expected = x.copy()
    for *batch, i in np.ndindex(diagonal.shape):
        expected[(*batch, i, i)] = diagonal[(*batch, i)]
    check("MATRIX_SET_DIAG", [x, diagonal], expected)


@pytest.mark.parametrize("shapes", [((3, 3), (2,)), ((3,), (3,)), ((2, 3, 3), (3,))])
def test_a_diagonal_that_does_not_fit(shapes):
    x, diagonal = (random(1, *shape) for shape in shapes)
    model = operator_model("MATRIX_SET_DIAG", [x, diagonal], [x])
    with pytest.raises(InputError, match="diagonal"):
        Interpreter(model).invoke(in0=x, in1=diagonal)

"""SELECT, SELECT_V2 and WHERE, against NumPy and LiteRT."""

import numpy as np
import pytest

from tests.oracle import check, integers, random

DTYPES = [np.float32, np.int32, np.int64, np.int8, np.uint8, np.bool_]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("condition", "shape"), [((1,), (1,)), ((2, 3), (2, 3)), ((2,), (2, 3, 4)), ((), (2, 3))]
)
def test_select(condition, shape, dtype):
    c = np.asarray(random(3, *condition) > 0)
    x, y = (integers(seed, *shape, low=0, high=2, dtype=dtype) for seed in (1, 2))
    rows = c.reshape(-1, *[1] * (len(shape) - 1)) if c.ndim == 1 else c
    check("SELECT", [c, x, y], np.where(rows, x, y))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("condition", "left", "right"),
    [
        ((1,), (1,), (1,)),
        ((2, 3), (2, 3), (2, 3)),
        ((3,), (2, 1), (1,)),
        ((2, 1, 4), (3, 1), (4,)),
        ((1, 88), (1, 88), (1,)),
    ],
)
def test_select_v2(condition, left, right, dtype):
    c = random(3, *condition) > 0
    x = integers(1, *left, low=0, high=2, dtype=dtype)
    y = integers(2, *right, low=0, high=2, dtype=dtype)
    check("SELECT_V2", [c, x, y], np.where(c, x, y))


@pytest.mark.parametrize("dtype", [np.bool_, np.float32, np.int32, np.int64])
@pytest.mark.parametrize("shape", [(1,), (7,), (2, 3), (2, 3, 4)])
def test_where(shape, dtype):
    x = integers(1, *shape, low=0, high=2, dtype=dtype)
    x.flat[0] = 1
    check("WHERE", [x], np.argwhere(x))


def test_where_nothing_is_true():
    x = np.zeros((2, 3), np.bool_)
    # LiteRT's Python API cannot return a tensor of no elements.
    check("WHERE", [x], np.zeros((0, 2), np.int64), litert_runs=[])

import numpy as np
import pytest

from tests.oracle import Fixed, operator_model, random
from tests.plain_and_flat import assert_left_to_plain, operator_flat

ROWS = np.float32(
    [
        [1, 3, 2, 3],
        [5, 5, 5, 5],
        [0.0, -0.0, 0.0, -0.0],
        [1, np.nan, 9, np.nan],
        [np.inf, -np.inf, np.inf, 1],
        [-3, -2, -1, -4],
    ]
)


def options(dtype):
    return {"output_type": np.dtype(dtype).name.upper()}


@pytest.mark.parametrize("index_type", [np.int32, np.int64])
@pytest.mark.parametrize("operator", ["ARG_MAX", "ARG_MIN"])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_rows(operator, axis, index_type):
    y = np.argmax(ROWS, axis).astype(index_type)
    operator_flat(operator, [ROWS, Fixed(np.int32(axis))], [y], options(index_type))


@pytest.mark.parametrize("dtype", [np.float32, np.int32, np.int8, np.uint8])
@pytest.mark.parametrize("operator", ["ARG_MAX", "ARG_MIN"])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_types(operator, axis, dtype):
    x = (random(0, 4, 5, 6) * np.float32(50)).astype(np.int32).astype(dtype)
    y = np.argmax(x, axis).astype(np.int32)
    operator_flat(operator, [x, Fixed(np.int32(axis))], [y], options(np.int32))


def test_an_axis_that_is_computed_is_left_to_the_plain_kernel():
    x, axis = random(0, 4, 5), np.int32(1)
    model = operator_model(
        "ARG_MAX", [x, np.asarray(axis)], [np.zeros(4, np.int32)], options(np.int32)
    )
    assert_left_to_plain(model, x, axis)

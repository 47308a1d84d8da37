import numpy as np
import pytest

from tests.oracle import operator_model, random
from tests.plain_and_flat import assert_left_to_plain, operator_flat

BETA = {"beta": 1.0}
SHAPES = [(0, 3), (3, 0), (1,), (3, 1), (40, 10), (7, 16), (5, 17), (4, 63), (2, 5, 64), (2, 65)]
SHAPES += [(9, 80), (3, 127), (3, 128), (3, 129), (5, 1001), (2, 3, 4, 300)]


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes(shape):
    x = random(0, *shape) * np.float32(4)
    operator_flat("SOFTMAX", [x], [x], BETA)


ODD = {
    "far apart": [0, -87.3, -87.4, -1e30, 5, -80],
    "the same": [3, 3, 3, 3],
    "masked": [1, 2, -1e9, -1e9, -np.inf, -np.inf],
    "nothing but minus infinity": [-np.inf] * 5,
    "infinity": [1, np.inf, 2],
    "NaN": [1, np.nan, 2],
    "NaN first": [np.nan, 1, 2, 5],
    "large": [3e38, -3e38, 1],
    "tiny": [1e-40, -1e-40, 0, -0.0],
}


@pytest.mark.parametrize("row", ODD.values(), ids=ODD)
@pytest.mark.parametrize("repeats", [1, 20, 50])
def test_rows(row, repeats):
    x = np.stack([np.float32(row * repeats), np.linspace(-3, 3, len(row) * repeats, dtype="f")])
    operator_flat("SOFTMAX", [x], [x], BETA)


def test_another_beta_is_left_to_the_plain_kernel():
    x = random(0, 3, 5)
    assert_left_to_plain(operator_model("SOFTMAX", [x], [x], {"beta": 0.5}), x)

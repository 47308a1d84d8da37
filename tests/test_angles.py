"""ATAN2, against NumPy and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError
from kernels.interpreter import Interpreter
from tests.oracle import check, operator_model, random


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(), (0,), (9,), (2, 3)])
def test_atan2(shape, dtype):
    y, x = (random(seed, *shape).astype(dtype) for seed in (1, 2))
    check("ATAN2", [np.asarray(y), np.asarray(x)], np.asarray(np.arctan2(y, x)), tolerance=2e-7)


def test_axes_and_nan():
    y, x = np.float32([0, -0.0, 1, -1, 0, np.nan]), np.float32([-1, -1, 0, 0, 0, 1])
    check("ATAN2", [y, x], np.arctan2(y, x), tolerance=2e-7)


def test_shapes_that_differ():
    y, x = random(1, 2), random(1, 1)
    with pytest.raises(InputError, match="one shape"):
        Interpreter(operator_model("ATAN2", [y, x], [y])).invoke(in0=y, in1=x)

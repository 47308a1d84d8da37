"""SOFTMAX and LOG_SOFTMAX, against their definitions in float64, and LiteRT."""

import numpy as np
import pytest

from kernels.interpreter import Interpreter
from tests.oracle import check, operator_model, random

FEW_ULPS = 1e-6
"""exp of NumPy, of the C library and of XNNPACK, then a sum in another order."""
SHAPES = [(1,), (1, 1), (1, 12), (2, 3, 5), (1, 4, 4, 1001)]


def definition(x, beta=1.0):
    exponentials = np.exp(beta * (x.astype(float) - x.max(axis=-1, keepdims=True)))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize("beta", [1.0, 0.25])
@pytest.mark.parametrize("shape", SHAPES)
def test_softmax(shape, beta):
    x = random(1, *shape) * np.float32(5)
    expected = definition(x, beta).astype(np.float32)
    check("SOFTMAX", [x], expected, {"beta": beta}, tolerance=FEW_ULPS)


@pytest.mark.parametrize("shape", SHAPES)
def test_log_softmax(shape):
    x = random(1, *shape) * np.float32(5)
    expected = np.log(definition(x)).astype(np.float32)
    check("LOG_SOFTMAX", [x], expected, tolerance=3 * FEW_ULPS)  # the result is a difference


def run(operator, x):
    model = operator_model(operator, [x], [x], {"beta": 1.0} if operator == "SOFTMAX" else None)
    return Interpreter(model).invoke(in0=x)["out0"]


@pytest.mark.parametrize(
    ("operator", "expected"), [("SOFTMAX", [1, 0]), ("LOG_SOFTMAX", [0, -2000])]
)
def test_large_elements_do_not_overflow(operator, expected):
    np.testing.assert_array_equal(run(operator, np.float32([1000, -1000])), expected)


@pytest.mark.parametrize("operator", ["SOFTMAX", "LOG_SOFTMAX"])
def test_nan_and_nothing(operator):
    assert np.isnan(run(operator, np.float32([np.nan, 1]))).all()
    assert run(operator, np.zeros((3, 0), np.float32)).shape == (3, 0)

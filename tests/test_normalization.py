"""L2_NORMALIZATION and LOCAL_RESPONSE_NORMALIZATION, against loops in float64, and LiteRT."""

import numpy as np
import pytest

from kernels.interpreter import Interpreter
from kernels.node import NUMERICS, REFERENCE
from tests.oracle import check, operator_model, random

SUM_TOLERANCE = 1e-6
"""A sum of squares in another order; LiteRT multiplies by a reciprocal root."""


@pytest.mark.parametrize("shape", [(1, 1), (2, 5), (1, 3, 3, 128)])
def test_l2(shape):
    x = random(1, *shape)
    norm = np.sqrt(np.sum(np.square(x.astype(float)), axis=-1, keepdims=True))
    check("L2_NORMALIZATION", [x], (x / norm).astype(np.float32), tolerance=SUM_TOLERANCE)


def test_l2_of_zeros_is_zero():
    x = np.zeros((2, 4), np.float32)
    result = Interpreter(operator_model("L2_NORMALIZATION", [x], [x])).invoke(in0=x)["out0"]
    np.testing.assert_array_equal(result, x)


def local_response(x, before, after, bias, alpha, beta):
    result = np.empty(x.shape)
    for c in range(x.shape[-1]):
        near = x[..., max(c - before, 0) : c + after + 1].astype(float)
        result[..., c] = x[..., c] * (bias + alpha * np.square(near).sum(-1)) ** -beta
    return result.astype(np.float32)


@pytest.mark.parametrize(
    ("shape", "radius", "bias", "alpha", "beta"),
    [
        ((1, 1, 1, 1), 0, 1.0, 1.0, 0.5),
        ((1, 2, 2, 6), 2, 1.0, 0.5, 0.75),
        ((2, 3, 3, 16), 5, 2.0, 1e-4, 0.75),
        ((1, 1, 1, 3), 20, 1.0, 1.0, 1.0),
    ],
)
@pytest.mark.parametrize("numerics", NUMERICS)
def test_local_response(shape, radius, bias, alpha, beta, numerics):
    """TFLite's reference kernel leaves out the last channel of a window."""
    x = random(1, *shape)
    options = {"radius": radius, "bias": bias, "alpha": alpha, "beta": beta}
    expected = local_response(x, radius, radius - (numerics == REFERENCE), bias, alpha, beta)
    check(
        "LOCAL_RESPONSE_NORMALIZATION",
        [x],
        expected,
        options,
        numerics=[numerics],
        tolerance=2 * SUM_TOLERANCE,
    )

"""Activation functions, against their definitions in float64, and LiteRT."""

import math

import numpy as np
import pytest

from kernels.interpreter import Interpreter
from kernels.node import NUMERICS
from tests.hybrid import assert_equals_litert
from tests.oracle import Fixed, check, operator_model, random

EXACT, FEW_ULPS = 0.0, 5e-7
"""Clamps and one product; polynomials of the C library, NumPy and XNNPACK."""
BOTH, DEFAULT = ("xnnpack", "reference"), ("xnnpack",)
SHAPES = [(), (0, 2), (1,), (2, 3, 4), (1, 16, 16, 8)]


def gelu(x):
    return 0.5 * x * (1 + np.vectorize(math.erf, otypes=[float])(x * math.sqrt(0.5)))


def gelu_tanh(x):
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("operator", "definition", "tolerance", "runs", "options"),
    [
        ("RELU", lambda x: np.maximum(x, 0), EXACT, BOTH, None),
        ("RELU6", lambda x: np.clip(x, 0, 6), EXACT, BOTH, None),
        ("RELU_N1_TO_1", lambda x: np.clip(x, -1, 1), EXACT, BOTH, None),
        ("RELU_0_TO_1", lambda x: np.clip(x, 0, 1), EXACT, BOTH, None),
        ("LOGISTIC", lambda x: 1 / (1 + np.exp(-x)), FEW_ULPS, BOTH, None),
        ("TANH", np.tanh, FEW_ULPS, BOTH, None),
        # The reference resolver has no ELU.
        ("ELU", lambda x: np.where(x < 0, np.expm1(x), x), FEW_ULPS, DEFAULT, None),
        ("HARD_SWISH", lambda x: x * np.clip(x + 3, 0, 6) / 6, FEW_ULPS, BOTH, None),
        ("LEAKY_RELU", lambda x: np.where(x > 0, x, x * 0.25), EXACT, BOTH, {"alpha": 0.25}),
        # 1 + erf(x) loses digits near -1: a few ulps of 1, times x.
        ("GELU", gelu, 3e-6, BOTH, {"approximate": False}),
        ("GELU", gelu_tanh, 3e-6, BOTH, {"approximate": True}),
    ],
)
def test_of_any_float(operator, definition, tolerance, runs, options, shape):
    x = random(3, *shape) * np.float32(4)
    expected = np.asarray(definition(x.astype(float)).astype(np.float32))
    check(operator, [x], expected, options, tolerance=tolerance, litert_runs=runs if x.size else ())


@pytest.mark.parametrize(
    ("shape", "alpha"),
    [((2, 3), (3,)), ((1, 4, 4, 5), (1, 1, 5)), ((2, 3, 4), (3, 1)), ((3,), (3,))],
)
def test_prelu(shape, alpha):
    x, slope = random(1, *shape), random(2, *alpha)
    check("PRELU", [x, Fixed(slope)], np.where(x >= 0, x, x * slope))


@pytest.mark.parametrize(
    ("operator", "x", "expected"),
    [
        ("LOGISTIC", [-1000, 1000, -np.inf, np.inf, np.nan], [0, 1, 0, 1, np.nan]),
        ("TANH", [-1000, 1000, np.nan], [-1, 1, np.nan]),
        ("ELU", [-1000, np.inf, np.nan], [-1, np.inf, np.nan]),
        ("RELU", [-np.inf, np.inf, np.nan], [0, np.inf, np.nan]),
        ("HARD_SWISH", [-1000, 1000], [0, 1000]),
        ("GELU", [-1000, 1000, np.nan], [0, 1000, np.nan]),
    ],
)
def test_at_the_ends_of_the_float_line(operator, x, expected):
    x = np.float32(x)
    result = Interpreter(operator_model(operator, [x], [x])).invoke(in0=x)["out0"]
    np.testing.assert_array_equal(result, np.float32(expected))


@pytest.mark.parametrize("numerics", NUMERICS)
def test_hard_swish_equals_litert_to_the_bit(numerics):
    x = np.linspace(-8, 8, 20001).astype(np.float32).reshape(1, -1)
    assert_equals_litert(operator_model("HARD_SWISH", [x], [x]), [[x]], numerics)

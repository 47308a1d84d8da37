"""Functions of one tensor, against NumPy in float64, and LiteRT."""

import numpy as np
import pytest

from kernels.errors import UnsupportedOperatorError
from kernels.interpreter import Interpreter
from tests.oracle import check, integers, operator_model, random

SHAPES = [(), (0, 3), (1,), (5, 7), (2, 3, 4, 5)]
RUNS = ("xnnpack", "reference")
EXACT, FEW_ULPS = 0.0, 5e-7
"""Exactly rounded operations; polynomials of the C library, NumPy and XNNPACK."""


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("operator", "definition", "tolerance", "runs"),
    [
        ("ABS", np.abs, EXACT, RUNS),
        ("CEIL", np.ceil, EXACT, ("xnnpack",)),  # the reference resolver has none
        ("FLOOR", np.floor, EXACT, RUNS),
        ("NEG", np.negative, EXACT, RUNS),
        ("ROUND", np.rint, EXACT, ("xnnpack",)),  # the reference resolver has none
        ("SIGN", np.sign, EXACT, RUNS),
        ("SQUARE", np.square, EXACT, RUNS),
        ("COS", np.cos, FEW_ULPS, RUNS),
        ("SIN", np.sin, FEW_ULPS, RUNS),
        ("EXP", np.exp, FEW_ULPS, RUNS),
    ],
)
def test_of_any_float(operator, definition, tolerance, runs, shape):
    x = random(3, *shape) * np.float32(3)
    expected = np.asarray(definition(x.astype(float)).astype(np.float32))
    check(operator, [x], expected, tolerance=tolerance, litert_runs=runs if x.size else ())


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("operator", "definition", "tolerance"),
    [
        ("LOG", np.log, FEW_ULPS),
        ("SQRT", np.sqrt, FEW_ULPS),  # XNNPACK's, by Newton's method, is not exactly rounded
        ("RSQRT", lambda x: 1 / np.sqrt(x), FEW_ULPS),
    ],
)
def test_of_positive_floats(operator, definition, tolerance, shape):
    x = np.abs(random(3, *shape)) * np.float32(20) + np.float32(1e-3)
    expected = np.asarray(definition(x.astype(float)).astype(np.float32))
    check(operator, [x], expected, tolerance=tolerance, litert_runs=RUNS if x.size else ())


@pytest.mark.parametrize(
    ("operator", "dtype"),
    [("ABS", np.int32), ("NEG", np.int32), ("NEG", np.int64), ("SIGN", np.int32)],
)
def test_of_integers(operator, dtype):
    x = integers(4, 2, 9, dtype=dtype)
    check(operator, [x], {"ABS": np.abs, "NEG": np.negative, "SIGN": np.sign}[operator](x))


def test_round_goes_to_the_even_neighbour():
    x = np.float32([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.49999997])
    check("ROUND", [x], np.float32([-2, -2, 0, 0, 2, 2, 0]), litert_runs=["xnnpack"])


@pytest.mark.parametrize(
    ("operator", "x", "expected"),
    [
        ("LOG", [0, -1, np.inf], [-np.inf, np.nan, np.inf]),
        ("SQRT", [-1, np.inf], [np.nan, np.inf]),
        ("RSQRT", [0, np.inf], [np.inf, 0]),
        ("EXP", [np.inf, -np.inf, 1000], [np.inf, 0, np.inf]),
        ("ABS", [-np.inf, np.nan], [np.inf, np.nan]),
    ],
)
def test_at_the_ends_of_the_float_line(operator, x, expected):
    x = np.float32(x)
    result = Interpreter(operator_model(operator, [x], [x])).invoke(in0=x)["out0"]
    np.testing.assert_array_equal(result, np.float32(expected))


def test_quantized_tensors_are_refused_at_load():
    x = integers(1, 3, dtype=np.int8)
    with pytest.raises(UnsupportedOperatorError, match=r"ABS.*'in0' \(INT8\) has 0 scales"):
        Interpreter(operator_model("ABS", [x], [x]))


@pytest.mark.parametrize(
    ("operator", "definition", "dtype"),
    [
        ("ABS", np.abs, np.int16),
        ("NEG", np.negative, np.int16),
        ("NEG", np.negative, np.int8),
    ],
)
def test_integers_without_a_scale_are_numbers(operator, definition, dtype):
    x = np.array([0, 1, -1, 100, -100, np.iinfo(dtype).max], dtype)
    check(operator, [x], definition(x))

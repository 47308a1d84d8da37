"""Arithmetic of two tensors, against NumPy in float64 or plain integers, and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError, ModelError, UnsupportedOperatorError
from kernels.interpreter import Interpreter
from tests.build_model import quantization, single_operator, tensor
from tests.oracle import Fixed, check, integers, operator_model, random

SHAPES = [
    ((), ()),
    ((1,), (1,)),
    ((0, 3), (1, 3)),
    ((7,), (7,)),
    ((2, 3, 4, 5), (5,)),
    ((2, 3, 4, 5), (2, 1, 4, 1)),
    ((1, 16, 16, 24), (1, 1, 1, 24)),
    ((3, 1), (2, 1, 4)),
]
ONE_OPERATION = 2.0**-24
"""One rounding to float32; XNNPACK and TFLite round these operations once, as IEEE 754 says."""


@pytest.mark.parametrize(("left", "right"), SHAPES)
@pytest.mark.parametrize(
    ("operator", "definition"),
    [
        ("ADD", np.add),
        ("SUB", np.subtract),
        ("MUL", np.multiply),
        ("DIV", np.divide),
        ("MAXIMUM", np.maximum),
        ("MINIMUM", np.minimum),
    ],
)
def test_floats_broadcast(operator, definition, left, right):
    x, y = random(1, *left), random(2, *right)
    expected = np.asarray(definition(x.astype(float), y.astype(float)).astype(np.float32))
    check(operator, [x, y], expected, litert_runs=["xnnpack", "reference"] if expected.size else [])


@pytest.mark.parametrize(("left", "right"), SHAPES)
def test_squared_difference(left, right):
    x, y = random(1, *left), random(2, *right)
    expected = np.asarray(np.square(x.astype(float) - y).astype(np.float32))
    runs = ["xnnpack", "reference"] if expected.size else []
    check("SQUARED_DIFFERENCE", [x, y], expected, tolerance=4 * ONE_OPERATION, litert_runs=runs)


@pytest.mark.parametrize(("left", "right"), [((), ()), ((4, 1, 5), (3, 1)), ((0,), (1,))])
@pytest.mark.parametrize("dtype", [np.int32, np.int64])
@pytest.mark.parametrize(
    ("operator", "definition"),
    [
        ("ADD", np.add),
        ("SUB", np.subtract),
        ("MUL", np.multiply),
        ("MAXIMUM", np.maximum),
        ("MINIMUM", np.minimum),
    ],
)
def test_integers_broadcast(operator, definition, dtype, left, right):
    x, y = integers(1, *left, dtype=dtype), integers(2, *right, dtype=dtype)
    expected = np.asarray(definition(x, y))
    check(operator, [x, y], expected, litert_runs=["xnnpack", "reference"] if expected.size else [])


@pytest.mark.parametrize("code", ["NONE", "RELU", "RELU_N1_TO_1", "RELU6"])
@pytest.mark.parametrize("operator", ["ADD", "SUB", "MUL", "DIV"])
def test_fused_activation(operator, code):
    x, y = random(1, 4, 5) * 9, random(2, 4, 5)
    bounds = {"NONE": (None, None), "RELU": (0, None), "RELU_N1_TO_1": (-1, 1), "RELU6": (0, 6)}
    compute = {"ADD": np.add, "SUB": np.subtract, "MUL": np.multiply, "DIV": np.divide}[operator]
    expected = np.clip(compute(x, y), *bounds[code])
    check(operator, [x, y], expected, {"fused_activation_function": code})


def test_fused_activation_of_integers():
    x = np.int32([-9, -1, 0, 3, 9])
    check(
        "ADD", [x, Fixed(np.int32([0]))], np.clip(x, 0, 6), {"fused_activation_function": "RELU6"}
    )


def test_integers_wrap_around():
    x = np.int32([2**31 - 1, -(2**31)])
    check("ADD", [x, np.int32([1, -1])], np.int32([-(2**31), 2**31 - 1]))
    check("MUL", [x, np.int32([2, 2])], np.int32([-2, 0]))


SIGNS = np.int32([7, -7, 7, -7, 6, -6, 0]), np.int32([2, 2, -2, -2, 3, 3, -5])


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("DIV", [3, -3, -3, 3, 2, -2, 0]),
        ("FLOOR_DIV", [3, -4, -4, 3, 2, -2, 0]),
        ("FLOOR_MOD", [1, 1, -1, -1, 0, 0, 0]),
    ],
)
def test_integer_division_by_sign(operator, expected):
    check(operator, list(SIGNS), np.int32(expected))


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32])
def test_floor_division_of_small_integers(dtype):
    x, y = integers(1, 40, dtype=dtype), integers(2, 40, low=1, high=9, dtype=dtype)
    check("FLOOR_DIV", [x, y], x // y)


def test_floor_division_of_floats_is_exact():
    """float32 0.1 is more than 0.1, so it goes into 1 nine times; the rounded quotient is 10."""
    x, y = np.float32([1, -1, 7, -7, 5]), np.float32([0.1, 0.1, 2, 2, -3])
    check("FLOOR_DIV", [x, y], np.float32([9, -10, 3, -4, -2]))


def test_floor_modulo_of_floats():
    x, y = random(1, 50) * 20, random(2, 50)
    check("FLOOR_MOD", [x, y], np.mod(x, y), tolerance=2 * ONE_OPERATION)


@pytest.mark.parametrize("operator", ["DIV", "FLOOR_DIV", "FLOOR_MOD"])
def test_integer_division_by_zero(operator):
    x, y = np.int32([4, 4]), np.int32([2, 0])
    model = operator_model(operator, [x, y], [x])
    with pytest.raises(InputError, match=rf"{operator}.*'out0'.*division by the integer 0"):
        Interpreter(model).invoke(in0=x, in1=y)


def test_float_division_by_zero_is_infinite():
    x = np.float32([1, -1, 0])
    model = operator_model("DIV", [x, Fixed(np.float32([0]))], [x])
    np.testing.assert_array_equal(
        Interpreter(model).invoke(in0=x)["out0"], [np.inf, -np.inf, np.nan]
    )


@pytest.mark.parametrize("operator", ["ADD", "SUB", "MUL", "MAXIMUM", "MINIMUM"])
def test_nan_propagates(operator):
    x = np.float32([np.nan, 1, np.nan])
    model = operator_model(operator, [x, x], [x])
    result = Interpreter(model).invoke(in0=x, in1=x[::-1].copy() * 0 + 1)["out0"]
    np.testing.assert_array_equal(np.isnan(result), [True, False, True])


def test_power():
    x, y = np.abs(random(1, 3, 4)), random(2, 4)
    expected = np.power(x.astype(float), y).astype(np.float32)
    # powf of the C library, NumPy's vectorized one and XNNPACK's differ by a few ulps.
    check("POW", [x, y], expected, tolerance=1e-6)
    check("POW", [np.int32([3, -2, 7]), np.int32([4, 3, 0])], np.int32([81, -8, 1]))


def test_negative_integer_power():
    x = np.int32([2])
    with pytest.raises(InputError, match="negative exponent"):
        Interpreter(operator_model("POW", [x, x], [x])).invoke(in0=x, in1=-x)


@pytest.mark.parametrize("count", [2, 3, 5])
@pytest.mark.parametrize("make", [random, integers])
def test_add_n(make, count):
    inputs = [make(seed, 2, 3) for seed in range(count)]
    check("ADD_N", inputs, sum(inputs[1:], inputs[0]))


def test_extrema_of_quantized_integers_are_those_of_the_stored_ones():
    x, y = integers(1, 9, dtype=np.int8), integers(2, 9, dtype=np.int8)
    check("MAXIMUM", [x, y], np.maximum(x, y), litert_runs=["reference"])


@pytest.mark.parametrize("operator", ["ADD", "SUB", "MUL", "DIV", "SQUARED_DIFFERENCE"])
def test_integers_without_one_scale_are_refused_at_load(operator):
    scale = quantization([0.5, 0.25, 0.5])
    operands = [tensor(name, (3,), "INT8", quantization=scale) for name in ("x", "y", "z")]
    model = single_operator(operator, operands[:2], operands[2:])
    with pytest.raises(UnsupportedOperatorError, match=rf"{operator}.*'x' \(INT8\) has 3 scales"):
        Interpreter(model)


def test_mixed_types_are_malformed():
    model = operator_model("ADD", [random(1, 3), integers(1, 3)], [random(1, 3)])
    with pytest.raises(ModelError, match="mixes FLOAT32 with INT32"):
        Interpreter(model)


def test_shapes_that_do_not_broadcast():
    model = operator_model("ADD", [random(1, 3), random(1, 3)], [random(1, 3)])
    with pytest.raises(ModelError, match=r"Operator 0 \(ADD.*'out0'.*\(3,\), \(4,\)"):
        Interpreter(model).invoke(in0=random(1, 3), in1=random(1, 4))


@pytest.mark.parametrize(("left", "right"), SHAPES)
@pytest.mark.parametrize(("operator", "definition"), [("ADD", np.add), ("MUL", np.multiply)])
def test_int16_without_a_scale_are_numbers(operator, definition, left, right):
    x = integers(1, *left, low=-30_000, high=30_000, dtype=np.int16)
    y = integers(2, *right, low=-30_000, high=30_000, dtype=np.int16)
    expected = np.asarray(definition(x, y))
    check(operator, [x, y], expected, litert_runs=["xnnpack", "reference"] if expected.size else [])

"""Comparisons and logic, against NumPy and LiteRT."""

import numpy as np
import pytest

from kernels.errors import UnsupportedOperatorError
from kernels.interpreter import Interpreter
from tests.build_model import quantization, single_operator, tensor
from tests.oracle import Fixed, check, integers, operator_model, random
from tests.quantized import Affine, affines, codes
from tests.quantized import check as check_quantized

DEFINITIONS = {
    "EQUAL": np.equal,
    "NOT_EQUAL": np.not_equal,
    "LESS": np.less,
    "LESS_EQUAL": np.less_equal,
    "GREATER": np.greater,
    "GREATER_EQUAL": np.greater_equal,
}
SHAPES = [((), ()), ((1,), (4,)), ((2, 3, 4), (3, 1)), ((0, 2), (1, 2))]


@pytest.mark.parametrize(("left", "right"), SHAPES)
@pytest.mark.parametrize("dtype", [np.float32, np.int32, np.int64])
@pytest.mark.parametrize("operator", DEFINITIONS)
def test_numbers(operator, dtype, left, right):
    x = integers(1, *left, low=-2, high=3, dtype=dtype)
    y = integers(2, *right, low=-2, high=3, dtype=dtype)
    expected = np.asarray(DEFINITIONS[operator](x, y))
    check(operator, [x, y], expected, litert_runs=["xnnpack", "reference"] if expected.size else [])


@pytest.mark.parametrize("operator", ["EQUAL", "NOT_EQUAL"])
def test_booleans(operator):
    x, y = np.bool_([True, True, False]), np.bool_([True, False, False])
    check(operator, [x, y], DEFINITIONS[operator](x, y))


def test_a_comparison_with_nan_is_false():
    x = np.float32([np.nan, 1])
    check("LESS", [x, Fixed(np.float32([2]))], np.bool_([False, True]))
    check("NOT_EQUAL", [x, x], np.bool_([True, False]))


@pytest.mark.parametrize(
    ("operator", "definition"),
    [("LOGICAL_AND", np.logical_and), ("LOGICAL_OR", np.logical_or)],
)
@pytest.mark.parametrize(("left", "right"), SHAPES)
def test_logic(operator, definition, left, right):
    x, y = random(1, *left) > 0, random(2, *right) > 0
    expected = np.asarray(definition(x, y))
    x, y = np.asarray(x), np.asarray(y)
    check(operator, [x, y], expected, litert_runs=["xnnpack", "reference"] if expected.size else [])


@pytest.mark.parametrize("shape", [(), (1,), (2, 3)])
def test_logical_not(shape):
    x = np.asarray(random(1, *shape) > 0)
    check("LOGICAL_NOT", [x], np.asarray(~x))


def quantized(scale):
    def operand(name):
        return tensor(name, (3,), "INT8", quantization=quantization(scale[name]))

    return single_operator("LESS", [operand("x"), operand("y")], [tensor("z", (3,), "BOOL")])


def test_integers_of_one_quantization_compare_as_stored():
    model = quantized({"x": 0.5, "y": 0.5})
    x, y = np.int8([1, 2, 3]), np.int8([3, 2, 1])
    np.testing.assert_array_equal(Interpreter(model).invoke(x=x, y=y)["z"], [True, False, False])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("element_type", ["INT8", "UINT8"])
@pytest.mark.parametrize(
    ("operator", "compare"),
    [
        ("EQUAL", np.equal),
        ("NOT_EQUAL", np.not_equal),
        ("LESS", np.less),
        ("LESS_EQUAL", np.less_equal),
        ("GREATER", np.greater),
        ("GREATER_EQUAL", np.greater_equal),
    ],
)
def test_bytes_of_different_quantization(operator, compare, element_type, seed):
    x, y = affines(seed, element_type, 2)
    p, q = codes(1, x, 3, 1, 70), codes(2, y, 5, 70)
    result = tensor("out", (3, 5, 70), "BOOL")
    model = single_operator(operator, [x.value("in0", p.shape), y.value("in1", q.shape)], [result])
    check_quantized(model, [p, q])
    far = np.abs(x.real(p) - y.real(q)) > 0.05
    ours = Interpreter(model).invoke(in0=p, in1=q)["out"]
    np.testing.assert_array_equal(ours[far], compare(x.real(p), y.real(q))[far])


def test_codes_that_are_close_may_be_equal():
    x = Affine("INT8", 1e-4)
    p = np.int8([1, 100])
    model = single_operator(
        "EQUAL", [x.value("in0", (2,)), x.value("in1", (2,))], [tensor("out", (2,), "BOOL")]
    )
    check_quantized(model, [p, p + np.int8(1)])
    assert Interpreter(model).invoke(in0=p, in1=p + np.int8(1))["out"].all()


def test_strings_are_equal_by_their_bytes():
    x = np.array([b"a", b"b"], dtype=object)
    operands = [tensor(name, (2,), "STRING") for name in "xy"]
    model = single_operator("EQUAL", operands, [tensor("z", (2,), "BOOL")])
    result = Interpreter(model).invoke(x=x, y=x[::-1])["z"]
    np.testing.assert_array_equal(result, [False, False])
    np.testing.assert_array_equal(Interpreter(model).invoke(x=x, y=x)["z"], [True, True])


def test_order_of_booleans_is_refused():
    x = np.bool_([True])
    with pytest.raises(UnsupportedOperatorError, match="LESS"):
        Interpreter(operator_model("LESS", [x, x], [x]))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("operator", ["EQUAL", "NOT_EQUAL"])
def test_int16_of_two_scales(operator, seed):
    left, right = affines(seed, "INT16", 2)
    x, y = codes(seed, left, 4, 50) // 500, codes(seed + 1, right, 4, 50) // 500
    inputs = [left.value("in0", x.shape), right.value("in1", y.shape)]
    model = single_operator(operator, inputs, [tensor("out", x.shape, "BOOL")])
    check_quantized(model, [x, y])


@pytest.mark.parametrize("operator", ["LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL"])
def test_int16_of_one_scale(operator):
    """As they are: scaled in fixed point, close ones would be equal."""
    affine = Affine("INT16", 3e-5)
    x = np.arange(-50, 50, dtype=np.int16)
    y = x[::-1].copy()
    inputs = [affine.value("in0", x.shape), affine.value("in1", y.shape)]
    model = single_operator(operator, inputs, [tensor("out", x.shape, "BOOL")])
    check_quantized(model, [x, y])
    assert Interpreter(model).invoke(in0=x, in1=y)["out"].tolist() == [
        bool(DEFINITIONS[operator](a, b)) for a, b in zip(x, y, strict=True)
    ]


def test_order_of_int16_of_two_scales():
    """LiteRT compares the integers as they are: 100 steps of 0.1 are less than 60 of 0.2."""
    left, right = Affine("INT16", 0.1), Affine("INT16", 0.2)
    inputs = [left.value("in0", (2,)), right.value("in1", (2,))]
    model = single_operator("LESS", inputs, [tensor("out", (2,), "BOOL")])
    x, y = np.int16([100, 100]), np.int16([60, 40])
    assert Interpreter(model).invoke(in0=x, in1=y)["out"].tolist() == [True, False]

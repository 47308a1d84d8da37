"""Arithmetic of quantized tensors, against real numbers and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError, UnsupportedOperatorError
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS
from tests.quantized import BYTES, TYPES, Affine, affines, check, codes, model_of

SHAPES = [
    ((1,), (1,)),
    ((3, 70), (3, 70)),
    ((2, 3, 4, 5), (5,)),
    ((2, 1, 4, 1), (2, 3, 4, 5)),
    ((1, 8, 8, 24), (1, 1, 1, 24)),
]
FEW = SHAPES[:3]
BOUNDS = {
    "NONE": (-np.inf, np.inf),
    "RELU": (0, np.inf),
    "RELU6": (0, 6),
    "RELU_N1_TO_1": (-1, 1),
}
REAL = {
    "ADD": np.add,
    "SUB": np.subtract,
    "MUL": np.multiply,
    "SQUARED_DIFFERENCE": lambda x, y: (x - y) ** 2,
}


def operands(seed, element_type, left, right, spread=1.5):
    x, y, out = affines(seed, element_type, 3, spread)
    return (x, codes(seed, x, *left)), (y, codes(seed + 1, y, *right)), out


@pytest.mark.parametrize("code", BOUNDS)
@pytest.mark.parametrize(("left", "right"), SHAPES)
@pytest.mark.parametrize("element_type", TYPES)
@pytest.mark.parametrize("operator", ["ADD", "SUB", "MUL"])
def test_broadcast_scales_and_activations(operator, element_type, left, right, code):
    (x, p), (y, q), out = operands(len(left) + 7 * len(code), element_type, left, right)
    shape = np.broadcast_shapes(left, right)
    given = {"fused_activation_function": code}
    model = model_of(operator, [(x, p), (y, q)], out, shape, given)
    check(model, [p, q], out, np.clip(REAL[operator](x.real(p), y.real(q)), *BOUNDS[code]))


@pytest.mark.parametrize("element_type", TYPES)
@pytest.mark.parametrize("operator", ["ADD", "SUB", "MUL"])
def test_a_constant_operand(operator, element_type):
    x, y, out = affines(3, element_type, 3)
    p, q = codes(1, x, 4, 5, 6), codes(2, y, 6)
    model = model_of(operator, [(x, p)], out, p.shape, {}, 2, [y.constant("c", q)])
    check(model, [p], out, REAL[operator](x.real(p), y.real(q)))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("element_type", TYPES)
@pytest.mark.parametrize("operator", ["ADD", "SUB", "MUL"])
def test_scales_far_apart(operator, element_type, seed):
    (x, p), (y, q), out = operands(seed, element_type, (300,), (300,), spread=3.5)
    model = model_of(operator, [(x, p), (y, q)], out, (300,))
    check(model, [p, q], out, REAL[operator](x.real(p), y.real(q)))


@pytest.mark.parametrize("element_type", BYTES)
@pytest.mark.parametrize("operator", ["ADD", "SUB", "MUL"])
def test_scales_that_xnnpack_does_not_take(operator, element_type):
    x, y = Affine(element_type, 2.0**-9, 1), Affine(element_type, 2.0**-9, 100)
    out = Affine(element_type, 4.0, 3)
    p, q = codes(1, x, 300), codes(2, y, 300)
    check(model_of(operator, [(x, p), (y, q)], out, (300,)), [p, q])


@pytest.mark.parametrize("exponents", [(-12, -12, -12), (-13, -11, -11), (-11, -13, -11)])
@pytest.mark.parametrize("operator", ["ADD", "SUB"])
def test_int16_whose_scales_are_powers_of_two(operator, exponents):
    x, y, out = (Affine("INT16", 2.0**exponent) for exponent in exponents)
    p, q = codes(1, x, 500), codes(2, y, 500)
    model = model_of(operator, [(x, p), (y, q)], out, (500,))
    check(model, [p, q], out, REAL[operator](x.real(p), y.real(q)))


@pytest.mark.parametrize(
    ("left", "right"),
    [((1, 1 << 19), (1, 1 << 19)), ((1 << 19,), (1, 1 << 19)), ((64, 1 << 13), (1, 1 << 13))],
)
def test_a_sum_of_int16_in_vectors(left, right):
    """One in 100,000 differs from the reference kernel's, where no operand broadcasts."""
    (x, p), (y, q), out = operands(2, "INT16", left, right)
    model = model_of("ADD", [(x, p), (y, q)], out, np.broadcast_shapes(left, right))
    check(model, [p, q], out, x.real(p) + y.real(q))


@pytest.mark.parametrize(("left", "right"), SHAPES)
@pytest.mark.parametrize("seed", range(4))
def test_squared_difference(left, right, seed):
    (x, p), (y, q), out = operands(seed, "INT8", left, right)
    model = model_of("SQUARED_DIFFERENCE", [(x, p), (y, q)], out, np.broadcast_shapes(left, right))
    check(model, [p, q], out, REAL["SQUARED_DIFFERENCE"](x.real(p), y.real(q)), steps=2)


@pytest.mark.parametrize(("left", "right"), FEW)
@pytest.mark.parametrize("element_type", ["UINT8", "INT16"])
def test_quotients(left, right, element_type):
    """Of quotients far below a step, LiteRT shifts further than C defines."""
    zero_point = 128 if element_type == "UINT8" else 0
    x, y = Affine(element_type, 0.02, zero_point), Affine(element_type, 0.03, zero_point)
    out = Affine(element_type, 0.001, zero_point)
    p = codes(1, x, *left)
    signs = np.where(codes(2, y, *right) & 1, 1, -1)
    q = (zero_point + signs * (1 + codes(3, y, *right).astype(int) % 40)).astype(p.dtype)
    p = np.where(np.abs(p.astype(int) - zero_point) < 40, p.dtype.type(zero_point + 64), p)
    model = model_of("DIV", [(x, p), (y, q)], out, np.broadcast_shapes(left, right))
    check(model, [p, q], out, x.real(p) / y.real(q))


def test_a_quotient_of_nothing():
    affine = Affine("UINT8", 0.1, 128)
    q = np.array([128, 1], np.uint8)
    model = model_of("DIV", [(affine, q), (affine, q)], affine, (2,))
    with pytest.raises(InputError, match="division by the integer 0"):
        Interpreter(model).invoke(in0=q, in1=q)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("operator", ["ADD", "MUL"])
def test_saturation(operator, numerics):
    """Where XNNPACK does not take a sum, LiteRT's own kernel overflows: 127 + 127 becomes -128."""
    coarse, fine = Affine("INT8", 4.0), Affine("INT8", 0.004)
    q = np.array([127, -128], np.int8)
    model = model_of(operator, [(coarse, q), (coarse, q)], fine, (2,))
    expected = [127, -128] if operator == "ADD" else [127, 127]
    assert Interpreter(model, numerics).invoke(in0=q, in1=q)["out"].tolist() == expected


def test_no_elements():
    affine = Affine("INT8", 0.1, 5)
    q = np.zeros((0, 3), np.int8)
    model = model_of("ADD", [(affine, q), (affine, q)], affine, (0, 3))
    check(model, [q, q], affine, np.zeros((0, 3)), litert_runs=False)


def test_int16_differences_are_refused():
    """Their squares do not fit, and LiteRT has no kernel for them."""
    x = Affine("INT16", 0.1)
    q = codes(1, x, 3)
    model = model_of("SQUARED_DIFFERENCE", [(x, q), (x, q)], x, (3,))
    with pytest.raises(UnsupportedOperatorError, match=r"takes INT8, UINT8 but .* INT16"):
        Interpreter(model)

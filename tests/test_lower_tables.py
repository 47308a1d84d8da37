import numpy as np
import pytest

from kernels.errors import InputError
from tests.build_model import single_operator, tensor
from tests.plain_and_flat import assert_flat, assert_left_to_plain, kernels_of
from tests.quantized import (
    BYTES,
    LOGISTIC_OUTPUT,
    TANH_OUTPUT,
    Affine,
    affines,
    codes,
    every_code,
    model_of,
)

OPERATORS = ["RELU", "RELU6", "RELU_0_TO_1", "RELU_N1_TO_1", "ELU", "HARD_SWISH", "ABS", "EXP"]
OPERATORS += ["LOG"]
OPTIONS = {"GELU": {"approximate": True}, "LEAKY_RELU": {"alpha": 0.2}}


@pytest.mark.parametrize("element_type", BYTES)
@pytest.mark.parametrize("operator", [*OPERATORS, *OPTIONS])
def test_every_byte(operator, element_type):
    x, out = affines(3, element_type, 2)
    q = every_code(element_type)
    model = model_of(operator, [(x, q)], out, q.shape, OPTIONS.get(operator))
    assert assert_flat(model, q) == ["tables.look_up"]


@pytest.mark.parametrize("element_type", BYTES)
@pytest.mark.parametrize(
    ("operator", "outputs"), [("LOGISTIC", LOGISTIC_OUTPUT), ("TANH", TANH_OUTPUT)]
)
def test_sigmoids(operator, outputs, element_type):
    (x,) = affines(1, element_type, 1)
    q, out = every_code(element_type), Affine(element_type, *outputs[element_type])
    model = model_of(operator, [(x, q)], out, q.shape)
    assert assert_flat(model, q) == ["tables.look_up"]


@pytest.mark.parametrize("shape", [(), (1,), (0, 3), (63,), (64,), (65,), (3, 5000)])
def test_of_any_shape(shape):
    x, out = affines(3, "INT8", 2)
    q = np.asarray(codes(0, x, *shape))
    assert_flat(model_of("HARD_SWISH", [(x, q)], out, q.shape), q)


@pytest.mark.parametrize("count", [1, 15, 16, 17, 160, 165])
@pytest.mark.parametrize("ratio", [1.0, 0.3, 1e-3])
@pytest.mark.parametrize("types", [("INT8", "UINT8"), ("UINT8", "INT8"), ("INT8", "INT8")])
def test_other_steps_for_the_same_numbers(types, ratio, count):
    x, out = Affine(types[0], 0.02, 3), Affine(types[1], 0.02 / ratio, 5)
    q = codes(0, x, count)
    model = model_of("QUANTIZE", [(x, q)], out, q.shape)
    assert {*assert_flat(model, q)} == {"tables.look_up"}


def test_larger_integers_are_left_to_the_plain_kernel():
    x, out = affines(3, "INT16", 2)
    q = codes(0, x, 9)
    assert_left_to_plain(model_of("LEAKY_RELU", [(x, q)], out, q.shape, {"alpha": 0.2}), q)


@pytest.mark.parametrize("operator", ["SQRT", "RSQRT"])
def test_bytes_without_a_value_are_an_error_of_the_plain_kernel(operator):
    x, out = Affine("INT8", 0.05, 3), Affine("INT8", 0.02, 1)
    q = every_code("INT8")
    usable = q[x.real(q) > 0]
    model = model_of(operator, [(x, usable)], out, usable.shape)
    assert assert_flat(model, usable) == ["checked_tables.look_up"]
    with pytest.raises(InputError):
        kernels_of(model_of(operator, [(x, q)], out, q.shape), q)


SHAPES = [((256, 1), (256,)), ((), ()), ((0, 3), (3,)), ((5, 50), (5, 50)), ((4, 60), (1,))]
PAIRS = ["ADD", "SUB", "MUL", "SQUARED_DIFFERENCE", "PRELU"]


@pytest.mark.parametrize("element_type", BYTES)
@pytest.mark.parametrize("operator", PAIRS)
@pytest.mark.parametrize("shapes", SHAPES)
def test_pairs_of_bytes(operator, element_type, shapes):
    x, y, out = (
        Affine(element_type, 4.0, 5),
        Affine(element_type, 3.0, 7),
        Affine(element_type, 1e-3),
    )
    p, q = (
        every_code(element_type).reshape(-1)[: np.prod(s, dtype=int)].reshape(s) for s in shapes
    )
    shape = np.broadcast_shapes(*shapes)
    used = assert_flat(model_of(operator, [(x, p), (y, q)], out, shape), p, q)
    assert {*used} <= {"tables.look_up_pairs"}


@pytest.mark.parametrize("element_type", BYTES)
@pytest.mark.parametrize("operator", ["EQUAL", "NOT_EQUAL", "LESS", "GREATER_EQUAL"])
def test_comparisons_of_bytes(operator, element_type):
    x, y = Affine(element_type, 0.03, 5), Affine(element_type, 0.02, 7)
    q = every_code(element_type)
    p = q.reshape(-1, 1)
    model = single_operator(
        operator,
        [x.value("x", p.shape), y.value("y", q.shape)],
        [tensor("z", (256, 256), "BOOL")],
    )
    assert assert_flat(model, p, q) == ["tables.look_up_pairs"]

import numpy as np
import pytest

from tests.plain_and_flat import assert_flat, assert_left_to_plain
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

import numpy as np
import pytest

from kernels.activation import NONE, RELU, RELU6
from tests.build_model import Operation, constant, graph, tensor
from tests.oracle import random
from tests.plain_and_flat import assert_flat
from tests.quantized import BYTES, LOGISTIC_OUTPUT, Affine, affines, every_code

ODD = np.float32([0, -0.0, 1e-40, np.inf, -np.inf, np.nan, 88, -88, 3e38])


def swish_model(shape, swapped=False, activation=NONE, other=None):
    x, gate, y = (tensor(name, shape) for name in ("x", "gate", "y"))
    operands = [gate, x] if swapped else [x, gate]
    if other is not None:
        operands = [gate, other]
    operations = [
        Operation("LOGISTIC", [x], [gate]),
        Operation("MUL", operands, [y], {"fused_activation_function": activation}),
    ]
    return graph(operations, [x], [y])


@pytest.mark.parametrize("swapped", [False, True])
def test_swish(swapped):
    x = np.concatenate([ODD, random(0, 9000)])
    assert assert_flat(swish_model(x.shape, swapped), x) == ["activations.xnnpack_swish"]


def test_a_gate_for_something_else_is_its_own_operator():
    x = random(0, 5, 20)
    other = constant("other", random(1, 5, 20))
    used = assert_flat(swish_model(x.shape, other=other), x)
    assert used == ["functions.xnnpack_logistic", "arithmetic.mul"]
    used = assert_flat(swish_model(x.shape, activation=RELU), x)
    assert used == ["functions.xnnpack_logistic", "arithmetic.mul"]


def scaled_model(shape, scale, shift, operator="ADD", activation=NONE, first=NONE, swapped=False):
    x, product, y = (tensor(name, shape) for name in ("x", "product", "y"))
    factor, addend = constant("scale", scale), constant("shift", shift)
    addends = [addend, product] if swapped else [product, addend]
    operations = [
        Operation("MUL", [x, factor], [product], {"fused_activation_function": first}),
        Operation(operator, addends, [y], {"fused_activation_function": activation}),
    ]
    return graph(operations, [x], [y])


@pytest.mark.parametrize("activation", [NONE, RELU, RELU6])
@pytest.mark.parametrize("operator", ["ADD", "SUB"])
@pytest.mark.parametrize("channels", [1, 3, 16, 100])
def test_scale_and_shift_of_channels(channels, operator, activation):
    x, scale, shift = random(0, 2, 5, channels), random(1, channels), random(2, 1, 1, channels)
    model = scaled_model(x.shape, scale, shift, operator, activation)
    assert assert_flat(model, x) == ["scaling.rows"]


def test_odd_numbers_and_one_number_for_all_channels():
    x = np.stack([ODD, ODD[::-1]])
    model = scaled_model(x.shape, np.float32(2), np.float32([[1]]))
    assert assert_flat(model, x) == ["scaling.rows"]


def test_a_sum_with_the_constant_first():
    x, scale, shift = random(0, 5, 20), random(1, 20), random(2, 20)
    assert assert_flat(scaled_model(x.shape, scale, shift, swapped=True), x) == ["scaling.rows"]


OTHERS = {
    "a constant less the product": {"operator": "SUB", "swapped": True},
    "an activation between": {"first": RELU},
    "a shift for each row": {"shift": random(2, 5, 1)},
    "a larger shift": {"shift": random(2, 3, 5, 20)},
}


@pytest.mark.parametrize("changed", OTHERS.values(), ids=OTHERS)
def test_what_is_two_operators(changed):
    x = random(0, 5, 20)
    given = {"scale": random(1, 20), "shift": random(2, 20), **changed}
    used = assert_flat(scaled_model(x.shape, **given), x)
    assert len(used) == 2
    assert used[0] == "arithmetic.mul"


def quantized_swish(x, gate, out, q, swapped, activation=NONE):
    shape = q.shape
    given, made = x.value("x", shape), gate.value("gate", shape)
    result = out.value("y", shape)
    operations = [
        Operation("LOGISTIC", [given], [made]),
        Operation(
            "MUL",
            [made, given] if swapped else [given, made],
            [result],
            {"fused_activation_function": activation},
        ),
    ]
    return graph(operations, [given], [result])


@pytest.mark.parametrize("element_type", BYTES)
@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("activation", [NONE, RELU])
def test_swish_of_bytes(element_type, swapped, activation):
    x, out = affines(3, element_type, 2)
    gate, q = Affine(element_type, *LOGISTIC_OUTPUT[element_type]), every_code(element_type)
    model = quantized_swish(x, gate, out, q, swapped, activation)
    assert assert_flat(model, q) == ["tables.look_up"]

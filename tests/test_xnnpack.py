from types import SimpleNamespace

import numpy as np
import pytest

from kernels.activation import NONE, RELU6, TANH
from kernels.model import Tensor
from kernels.node import REFERENCE, XNNPACK, Node, Operand
from kernels.xnnpack import dequantize, float_numerics, takes, takes_integers
from tests.build_model import quantization

WEIGHT = Tensor("w", "INT8", (2, 2))
KNOWN, UNKNOWN = Operand(WEIGHT, np.ones((2, 2), np.int8)), Operand(WEIGHT)


@pytest.mark.parametrize(
    ("numerics", "weight", "activation", "taken"),
    [
        (XNNPACK, KNOWN, NONE, True),
        (XNNPACK, KNOWN, RELU6, True),
        (XNNPACK, KNOWN, TANH, False),
        (XNNPACK, UNKNOWN, NONE, False),
        (XNNPACK, None, NONE, False),
        (REFERENCE, KNOWN, NONE, False),
    ],
)
def test_takes(numerics, weight, activation, taken):
    node = Node(0, "FULLY_CONNECTED", SimpleNamespace(), (None, weight), (), numerics)
    assert takes(node, 1, activation) is taken


BIAS = Tensor("b", "FLOAT32", (2,))


@pytest.mark.parametrize(
    ("weight", "bias", "whose"),
    [
        (KNOWN, None, XNNPACK),
        (KNOWN, Operand(BIAS, np.ones(2, np.float32)), XNNPACK),
        (KNOWN, Operand(BIAS), REFERENCE),
        (UNKNOWN, None, REFERENCE),
    ],
)
def test_float_nodes_that_xnnpack_does_not_take_are_tflites(weight, bias, whose):
    options = SimpleNamespace(fused_activation_function=NONE)
    node = Node(0, "FULLY_CONNECTED", options, (None, weight, bias), (), XNNPACK)
    assert takes(node, 1, NONE, bias=2) is (whose == XNNPACK)
    assert float_numerics(node, weight=1, bias=2) == whose


def test_dequantize_rounds_the_product_with_the_scale_and_then_once():
    accumulator = np.array([[3, 100001, -7]], np.float32)
    scale, weight_scale = np.array([[0.1]], np.float32), np.array([0.3, 0.7, 0.9], np.float32)
    bias = np.array([1, -7000, 0.3], np.float32)
    scaled = accumulator * scale
    exact = scaled.astype(np.longdouble) * weight_scale + bias
    output = dequantize(accumulator, scale, weight_scale, bias)
    np.testing.assert_array_equal(output, exact.astype(np.float32))
    assert np.any(output != scaled * weight_scale + bias)


def test_dequantize_keeps_nan():
    scale = np.array([[np.nan], [1]], np.float32)
    output = dequantize(np.ones((2, 3), np.float32), scale, np.ones(1, np.float32), 0)
    assert np.isnan(output[0]).all()
    assert (output[1] == 1).all()


@pytest.mark.parametrize(
    ("x", "weight", "axis", "taken"),
    [
        ("INT8", "INT8", 0, True),
        ("INT8", "INT8", 3, True),
        ("UINT8", "UINT8", 0, True),
        ("UINT8", "UINT8", 3, False),
        ("INT8", "INT4", 0, False),
        ("INT16", "INT8", 0, False),
        ("INT16", "INT16", 0, False),
        ("FLOAT32", "INT8", 0, False),
    ],
)
def test_takes_integers(x, weight, axis, taken):
    scale = quantization(0.1, axis=axis)
    operands = (
        Operand(Tensor("x", x, (1, 2))),
        Operand(Tensor("w", weight, (2, 2), quantization=scale), np.ones((2, 2))),
    )
    for numerics, expected in ((XNNPACK, taken), (REFERENCE, False)):
        node = Node(0, "FULLY_CONNECTED", SimpleNamespace(), operands, (), numerics)
        assert takes_integers(node, 0, 1, NONE) is expected

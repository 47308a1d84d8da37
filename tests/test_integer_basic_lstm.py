"""The BASIC kernel of LSTM in integers, against float64 and LiteRT to the bit."""

import numpy as np
import pytest

from kernels.errors import UnsupportedOperatorError
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS, REFERENCE
from kernels.ops.lstm import BASIC
from tests.build_model import constant, quantization, single_operator, tensor
from tests.hybrid import assert_equals_litert, run

BYTE = quantization(1 / 128, 128)
CELL = quantization(2.0**-11)
WEIGHT_SCALE, WEIGHT_ZERO = 0.012, 119


def model(batch, inputs, cells, cell=CELL, weight_type=np.uint8):
    """The model, feeds, and the real weights and biases."""
    rng = np.random.default_rng(inputs)
    weights = rng.integers(
        0, 128 * 2 if weight_type == np.uint8 else 128, (4 * cells, inputs + cells)
    )
    bias = rng.integers(-20_000, 20_000, 4 * cells).astype(np.int32)
    weight_scale = quantization(WEIGHT_SCALE, WEIGHT_ZERO)
    made = single_operator(
        "LSTM",
        [
            tensor("x", (batch, inputs), "UINT8", quantization=BYTE),
            tensor("h", (batch, cells), "UINT8", quantization=BYTE),
            constant("w", weights.astype(weight_type), quantization=weight_scale),
            constant("b", bias, quantization=quantization(WEIGHT_SCALE / 128)),
            tensor("c", (batch, cells), "INT16", quantization=cell),
        ],
        [
            tensor("new_h", (batch, cells), "UINT8", quantization=BYTE),
            tensor("new_c", (batch, cells), "INT16", quantization=cell),
            tensor("joined", (batch, inputs + cells), "UINT8", quantization=BYTE),
            tensor("gates", (batch, 4 * cells), "INT16", quantization=quantization(2.0**-12)),
        ],
        {"kernel_type": BASIC, "fused_activation_function": "TANH"},
        version=2,
    )
    feeds = [
        [
            rng.integers(0, 256, (batch, inputs)).astype(np.uint8),
            rng.integers(0, 256, (batch, cells)).astype(np.uint8),
            rng.integers(-(2**15), 2**15, (batch, cells)).astype(np.int16),
        ]
        for _ in range(4)
    ]
    return made, feeds, (weights - WEIGHT_ZERO) * WEIGHT_SCALE, bias * WEIGHT_SCALE / 128


SHAPES = [(1, 1, 1), (2, 5, 3), (1, 40, 8), (3, 17, 33), (4, 600, 16)]


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("shape", SHAPES)
def test_equals_litert(shape, numerics):
    made, feeds, *_ = model(*shape)
    assert_equals_litert(made, feeds, numerics)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


@pytest.mark.parametrize("shape", SHAPES)
def test_is_an_lstm(shape):
    made, feeds, weights, bias = model(*shape)
    outputs = iter(run(made, feeds, REFERENCE))
    for x, hidden, cell in feeds:
        joined = np.concatenate([x, hidden], axis=1)
        sums = (joined.astype(float) - 128) / 128 @ weights.T + bias
        entry, candidate, forget, exposed = np.split(np.clip(sums, -8, 8), 4, axis=1)
        new_cell = sigmoid(entry) * np.tanh(candidate) + sigmoid(forget) * cell * 2.0**-11
        new_cell = np.clip(new_cell, -16, 16)
        new_hidden = sigmoid(exposed) * np.tanh(new_cell)
        codes = [next(outputs) for _ in range(4)]
        np.testing.assert_allclose((codes[0].astype(float) - 128) / 128, new_hidden, atol=0.01)
        np.testing.assert_allclose(codes[1] * 2.0**-11, new_cell, atol=0.01)
        np.testing.assert_array_equal(codes[2], joined)
        np.testing.assert_allclose(codes[3] * 2.0**-12, np.clip(sums, -8, 8), atol=0.001)


def test_a_cell_state_of_other_integer_bits():
    with pytest.raises(UnsupportedOperatorError, match="scale of its cell state"):
        Interpreter(model(1, 2, 3, cell=quantization(2.0**-12))[0])


def test_weights_of_int8():
    with pytest.raises(UnsupportedOperatorError, match="UINT8 but tensor 'w' is INT8"):
        Interpreter(model(1, 2, 3, weight_type=np.int8)[0])

"""DEQUANTIZE and QUANTIZE, against their definition and LiteRT."""

import numpy as np
import pytest

from kernels.constant import DTYPES
from kernels.errors import ModelError, UnsupportedOperatorError
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS
from tests.build_model import (
    Operation,
    blockwise,
    constant,
    graph,
    quantization,
    single_operator,
    tensor,
)
from tests.oracle import integers, litert, random


def converter(operator, shape, of, to, affine, version=2):
    quantized = "x" if operator == "DEQUANTIZE" else "y"
    fields = {name: {"quantization": affine} if name == quantized else {} for name in "xy"}
    x, y = tensor("x", shape, of, **fields["x"]), tensor("y", shape, to, **fields["y"])
    return single_operator(operator, [x], [y], version=version)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize(
    ("of", "scale", "zero_point"),
    [("INT8", 0.1, 0), ("INT8", 0.017, -128), ("UINT8", 1 / 255, 3), ("INT16", 3e-5, 0)],
)
@pytest.mark.parametrize("shape", [(1,), (2, 3, 5)])
def test_dequantize(shape, of, scale, zero_point, numerics):
    limits = np.iinfo(DTYPES[of])
    q = integers(1, *shape, low=limits.min, high=limits.max + 1, dtype=DTYPES[of])
    model = converter("DEQUANTIZE", shape, of, "FLOAT32", quantization(scale, zero_point))
    result = Interpreter(model, numerics).invoke(x=q)["y"]
    exact = (q.astype(float) - zero_point) * float(np.float32(scale))
    np.testing.assert_array_equal(result, exact.astype(np.float32))
    np.testing.assert_array_equal(result, litert(model, [q], numerics)[0])


@pytest.mark.parametrize("element_type", ["INT8", "INT4"])
@pytest.mark.parametrize("axis", [0, 1])
def test_a_weight_is_dequantized_per_channel_at_load(axis, element_type):
    q = integers(1, 3, 4, low=-7, high=8, dtype=np.int8)
    scale = np.float32([0.5, 0.25, 3.0, 0.1][: q.shape[axis]])
    weight = constant("w", q, element_type, quantization=quantization(scale, axis=axis))
    model = single_operator("DEQUANTIZE", [weight], [tensor("y", (3, 4))], version=5)
    interpreter = Interpreter(model)
    expected = q * np.expand_dims(scale, 1 - axis)
    np.testing.assert_array_equal(interpreter.invoke()["y"], expected)
    assert not interpreter._programs[0].steps


def test_float16():
    half = constant("h", random(1, 3, 4).astype(np.float16))
    model = single_operator("DEQUANTIZE", [half], [tensor("y", (3, 4))], version=3)
    expected = random(1, 3, 4).astype(np.float16).astype(np.float32)
    np.testing.assert_array_equal(Interpreter(model).invoke()["y"], expected)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize(
    ("to", "scale", "zero_point"),
    [("INT8", 0.1, 0), ("INT8", 0.03, -7), ("UINT8", 0.02, 128), ("INT16", 1e-4, 0)],
)
@pytest.mark.parametrize("shape", [(1,), (2, 3, 500)])
def test_quantize(shape, to, scale, zero_point, numerics):
    x = random(1, *shape) * np.float32(3)
    if x.size > 1:  # LiteRT rounds ties of INT16 otherwise in the last, incomplete, vector
        x.flat[::3] = (integers(1, len(x.flat[::3])) + 0.5) * scale
    model = converter("QUANTIZE", shape, "FLOAT32", to, quantization(scale, zero_point), 1)
    result = Interpreter(model, numerics).invoke(x=x)["y"]
    limits = np.iinfo(DTYPES[to])
    steps = np.clip(x.astype(float) / np.float32(scale) + zero_point, limits.min, limits.max)
    # The nearest step, but for the rounding of x / scale.
    assert np.all(np.abs(result - steps) <= 0.5 + np.abs(steps) * 2.0**-22)
    np.testing.assert_array_equal(result, litert(model, [x], numerics)[0])


def test_ties_go_to_even_in_xnnpack_and_away_from_zero_in_tflite():
    x = np.float32([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5])
    model = converter("QUANTIZE", x.shape, "FLOAT32", "INT8", quantization(1.0), 1)
    expected = {"xnnpack": [-2, -2, 0, 0, 2, 2], "reference": [-3, -2, -1, 1, 2, 3]}
    for numerics in NUMERICS:
        result = Interpreter(model, numerics).invoke(x=x)["y"]
        assert result.tolist() == expected[numerics]
        np.testing.assert_array_equal(result, litert(model, [x], numerics)[0])


def test_what_does_not_fit_saturates():
    x = np.float32([1e9, -1e9, np.inf, -np.inf])
    model = converter("QUANTIZE", x.shape, "FLOAT32", "INT8", quantization(1.0))
    assert Interpreter(model).invoke(x=x)["y"].tolist() == [127, -128, 127, -128]


def test_without_a_scale():
    model = single_operator("DEQUANTIZE", [tensor("x", (2,), "INT8")], [tensor("y", (2,))])
    with pytest.raises(ModelError, match="tensor 'x' has no scale"):
        Interpreter(model)


@pytest.mark.parametrize("element_type", ["INT4", "INT8"])
def test_blocks_are_refused_at_load(element_type):
    """LiteRT takes the scales for 0, or crashes."""
    weights = blockwise("w", np.ones((4, 32)), np.ones((4, 1), np.float16), element_type)
    real, x, y = tensor("real", (4, 32)), tensor("x", (4, 32)), tensor("y", (4, 32))
    dequantized = Operation("DEQUANTIZE", [weights], [real], version=6)
    model = graph([dequantized, Operation("ADD", [real, x], [y], {})], [x], [y])
    with pytest.raises(UnsupportedOperatorError, match="'w' has a scale for every block"):
        Interpreter(model)


@pytest.mark.parametrize(("of", "to"), [("INT8", "INT8"), ("FLOAT32", "INT2")])
def test_other_types_are_refused_at_load(of, to):
    with pytest.raises(UnsupportedOperatorError, match=r"QUANTIZE \(operator 0\)"):
        Interpreter(converter("QUANTIZE", (2,), of, to, quantization(1.0)))


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize(
    ("to", "zero_point", "low", "high"), [("INT4", -2, -8, 7), ("UINT4", 3, 0, 15)]
)
def test_packed_integers_saturate(to, zero_point, low, high, numerics):
    x = np.concatenate([random(1, 200) * 4, np.float32([100, -100, 0.25, -0.25, 0.75])])
    out = tensor("out", x.shape, to, quantization=quantization(0.5, zero_point))
    model = single_operator("QUANTIZE", [tensor("in0", x.shape)], [out])
    ours = Interpreter(model, numerics).invoke(in0=x)["out"]
    assert (ours.min(), ours.max()) == (low, high)
    np.testing.assert_array_equal(ours, litert(model, [x], numerics)[0])


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("scale", [0.1, [0.1, 0.3, 0.7]])
@pytest.mark.parametrize(("of", "low", "high"), [("UINT4", 0, 16), ("INT2", -2, 2)])
def test_packed_constants(of, low, high, scale, numerics):
    q = integers(1, 3, 8, low=low, high=high, dtype=np.uint8 if of == "UINT4" else np.int8)
    given = constant("w", q, of, quantization=quantization(scale))
    model = single_operator("DEQUANTIZE", [given], [tensor("out", q.shape)])
    ours = Interpreter(model, numerics).invoke()["out"]
    np.testing.assert_array_equal(ours, litert(model, [], numerics)[0])
    np.testing.assert_allclose(ours, q * np.reshape(scale, (-1, 1)), rtol=1e-6)

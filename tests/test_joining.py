"""CONCATENATION and PACK, against NumPy and LiteRT."""

import numpy as np
import pytest

from kernels.errors import ModelError, UnsupportedOperatorError
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS, REFERENCE
from tests.build_model import quantization, single_operator, tensor
from tests.oracle import check, integers, litert, operator_model, random
from tests.quantized import affines, codes, model_of
from tests.quantized import check as check_quantized

DTYPES = [np.float32, np.int32, np.int64, np.bool_]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("shapes", "axis"),
    [
        ([(3,)], 0),
        ([(3,), (2,)], 0),
        ([(2, 3), (2, 1)], -1),
        ([(1, 4, 4, 8), (1, 4, 4, 3), (1, 4, 4, 1)], 3),
    ],
)
def test_concatenation(shapes, axis, dtype):
    parts = [integers(i, *shape, low=0, high=2, dtype=dtype) for i, shape in enumerate(shapes)]
    check("CONCATENATION", parts, np.concatenate(parts, axis), {"axis": axis})


def test_concatenation_with_nothing():
    parts = [np.zeros((0, 3), np.float32), random(1, 2, 3)]
    model = operator_model("CONCATENATION", parts, [parts[1]], {"axis": 0})
    result = Interpreter(model).invoke(in0=parts[0], in1=parts[1])["out0"]
    np.testing.assert_array_equal(result, parts[1])


def quantized(scales, activation="NONE", element_type="INT8"):
    tensors = [
        tensor(name, (2,), element_type, quantization=quantization(scale))
        for name, scale in scales.items()
    ]
    options = {"axis": 0, "fused_activation_function": activation}
    version = 2 if element_type == "INT8" else 1
    return single_operator("CONCATENATION", tensors[:2], tensors[2:], options, version)


def test_concatenation_of_integers_of_one_quantization():
    x = np.int8([1, 2])
    result = Interpreter(quantized({"x": 0.5, "y": 0.5, "z": 0.5})).invoke(x=x, y=-x)["z"]
    assert result.tolist() == [1, 2, -1, -2]


@pytest.mark.parametrize("other", ["y", "z"])
def test_concatenation_of_integers_that_need_rescaling_is_refused(other):
    model = quantized({"x": 0.5, "y": 0.5, "z": 0.5, other: 0.25})
    with pytest.raises(UnsupportedOperatorError, match=r"CONCATENATION.*different quantization"):
        Interpreter(model)
    for numerics in NUMERICS:
        assert_litert_refuses(model, numerics)


def assert_litert_refuses(model, numerics):
    x = np.int8([1, 2])
    with pytest.raises((RuntimeError, ValueError), match="CONCATENATION"):
        litert(model, [x, x], numerics)


@pytest.mark.parametrize("element_type", ["INT8", "UINT8", "INT16"])
def test_integers_with_an_activation_are_refused(element_type):
    model = quantized({"x": 0.5, "y": 0.5, "z": 0.5}, "RELU", element_type)
    with pytest.raises(UnsupportedOperatorError, match="integers take none"):
        Interpreter(model)
    if element_type == "INT8":
        assert_litert_refuses(model, REFERENCE)


def test_int16_of_different_scales_is_refused_though_litert_moves_it():
    model = quantized({"x": 0.5, "y": 0.25, "z": 0.5}, element_type="INT16")
    with pytest.raises(UnsupportedOperatorError, match="different quantization"):
        Interpreter(model)
    x, y = np.int16([1, 2]), np.int16([8, 4])
    np.testing.assert_array_equal(litert(model, [x, y])[0], [1, 2, 8, 4])


@pytest.mark.parametrize("seed", range(4))
def test_concatenation_of_uint8_takes_the_scale_of_the_whole(seed):
    x, y, out = affines(seed, "UINT8", 3)
    p, q, r = codes(1, x, 4, 30), codes(2, y, 4, 9), codes(3, out, 4, 5)
    operands = [(x, p), (y, q), (out, r)]
    model = model_of("CONCATENATION", operands, out, (4, 44), {"axis": 1})
    truth = np.concatenate([x.real(p), y.real(q), out.real(r)], 1)
    check_quantized(model, [p, q, r], out, truth)


def test_shapes_that_differ_elsewhere():
    parts = [random(1, 2, 3), random(1, 2, 4)]
    model = operator_model("CONCATENATION", parts, [parts[0]], {"axis": 0})
    with pytest.raises(ModelError, match=r"Operator 0 \(CONCATENATION"):
        Interpreter(model).invoke(in0=parts[0], in1=parts[1])


@pytest.mark.parametrize("dtype", [np.float32, np.int32, np.int64, np.int8, np.uint8])
@pytest.mark.parametrize(
    ("shape", "count", "axis"), [((), 3, 0), ((2,), 1, 0), ((2, 3), 4, -1), ((2, 3), 2, 1)]
)
def test_pack(shape, count, axis, dtype):
    parts = [integers(i, *shape, low=0, high=2, dtype=dtype) for i in range(count)]
    check("PACK", parts, np.stack(parts, axis), {"axis": axis, "values_count": count})

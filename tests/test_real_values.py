import numpy as np
import pytest

from kernels.interpreter import Interpreter
from kernels.model import Tensor
from quant.evaluation_data import EvaluationData
from quant.real_values import as_real, as_stored
from quant.sample_outputs import sample_outputs
from tests.build_model import Operation, graph, quantization, tensor

HALF = quantization(0.5, 3)


def quantized(kind):
    return Tensor("x", kind, (1, 4), quantization=HALF)


@pytest.mark.parametrize("kind", ["INT8", "UINT8", "INT16"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_real_values_become_the_nearest_codes(kind, dtype):
    values = np.array([-1, 0.25, 0.75, 1e6, -1e6], dtype)
    limits = np.iinfo(kind.lower())
    found = as_stored(values, quantized(kind))
    assert found.dtype == limits.dtype
    assert found.tolist() == [1, 3, 5, limits.max, limits.min]


def test_pixels_are_real_values_for_int8():
    found = as_stored(
        np.uint8([0, 1, 200]), Tensor("x", "INT8", (3,), quantization=quantization(1, -128))
    )
    assert found.tolist() == [-128, -127, 72]


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("INT8", HALF),
        ("INT8", None),
        ("FLOAT32", None),
        ("INT32", HALF),
        ("INT8", quantization([1, 2])),
    ],
)
def test_what_is_as_the_tensor_holds_it(kind, parameters):
    held = Tensor("x", kind, (2,), quantization=parameters)
    values = np.array([1, -2], {"FLOAT32": np.float32, "INT32": np.int32}.get(kind, np.int8))
    assert as_stored(values, held) is values


def test_codes_mean_real_values():
    assert as_real(np.int8([3, 4, -128]), quantized("INT8")).tolist() == [0, 0.5, -65.5]
    assert as_real(np.int8([3]), Tensor("x", "INT8", (1,))).dtype == np.int8
    assert as_real(np.float32([3]), Tensor("x", "FLOAT32", (1,))).tolist() == [3]


def test_a_quantized_model_is_judged_by_the_samples_of_the_float_model():
    """As if QUANTIZE and DEQUANTIZE stood around it, to the bit."""
    scales = quantization(0.05, 4), quantization(1 / 128, 0)
    x, y = tensor("x", (1, 9)), tensor("y", (1, 9))
    codes = tensor("cx", (1, 9), "INT8", quantization=scales[0])
    made = tensor("cy", (1, 9), "INT8", quantization=scales[1])
    inner = Operation("TANH", [codes], [made])
    around = [Operation("QUANTIZE", [x], [codes]), inner, Operation("DEQUANTIZE", [made], [y])]
    samples = np.random.default_rng(1).normal(size=(20, 9)).astype(np.float32)
    expected = sample_outputs(Interpreter(graph(around, [x], [y])), EvaluationData({"x": samples}))
    found = sample_outputs(
        Interpreter(graph([inner], [codes], [made])), EvaluationData({"cx": samples})
    )
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, expected)
    assert np.unique(found).size > 20

"""PAD, PADV2 and MIRROR_PAD, against NumPy and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError, ModelError
from kernels.interpreter import Interpreter
from kernels.limits import Limits
from tests.build_model import constant, quantization, single_operator, tensor
from tests.oracle import Fixed, check, integers, operator_model, random

CASES = [
    ((3,), [[0, 0]]),
    ((3,), [[1, 2]]),
    ((2, 3), [[0, 1], [1, 0]]),
    ((1, 5, 5, 3), [[0, 0], [2, 1], [1, 2], [0, 0]]),
    ((2, 3, 4), [[1, 1], [0, 0], [3, 0]]),
]
DTYPES = [np.float32, np.int32, np.int64, np.int8, np.uint8]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("shape", "widths"), CASES)
def test_pad(shape, widths, dtype):
    x = integers(1, *shape, low=1, high=9, dtype=dtype)
    runs = ["xnnpack", "reference"] if dtype not in (np.int8, np.uint8) else []  # no scale
    check("PAD", [x, Fixed(np.int32(widths))], np.pad(x, widths), litert_runs=runs)


@pytest.mark.parametrize("dtype", [np.float32, np.int32])
@pytest.mark.parametrize(("shape", "widths"), CASES)
def test_pad_with_a_value(shape, widths, dtype):
    x, value = integers(1, *shape, dtype=dtype), np.asarray(7, dtype)
    expected = np.pad(x, widths, constant_values=7)
    check("PADV2", [x, Fixed(np.int32(widths)), Fixed(value)], expected)


@pytest.mark.parametrize(
    ("shape", "widths"), [*CASES[:3], ((1, 4, 4, 2), [[0, 0], [3, 2], [1, 3], [0, 0]])]
)
@pytest.mark.parametrize(("mode", "name"), [("REFLECT", "reflect"), ("SYMMETRIC", "symmetric")])
def test_mirror_pad(mode, name, shape, widths):
    x = random(1, *shape)
    check("MIRROR_PAD", [x, Fixed(np.int32(widths))], np.pad(x, widths, name), {"mode": mode})


def test_widths_known_at_run_time():
    x, widths = random(1, 2, 3), np.int64([[1, 0], [0, 2]])
    check("PAD", [x, widths], np.pad(x, widths))


def test_a_quantized_tensor_is_padded_with_its_zero_point():
    scale = quantization(0.5, -3)
    model = single_operator(
        "PAD",
        [tensor("x", (2,), "INT8", quantization=scale), constant("p", np.int32([[1, 0]]))],
        [tensor("y", (3,), "INT8", quantization=scale)],
    )
    np.testing.assert_array_equal(Interpreter(model).invoke(x=np.int8([5, 6]))["y"], [-3, 5, 6])


def run(operator, x, widths, options=None, limits=None):
    model = operator_model(operator, [x, np.int32(widths)], [x], options)
    return Interpreter(model, limits=limits).invoke(in0=x, in1=np.int32(widths))["out0"]


def test_no_elements():
    assert run("PAD", np.zeros((0, 2), np.float32), [[1, 1], [0, 0]]).shape == (2, 2)


@pytest.mark.parametrize("widths", [[[-1, 0]], [[1, 1], [1, 1]], [[1]]])
def test_widths_that_do_not_fit(widths):
    with pytest.raises(InputError, match="does not fit a tensor"):
        run("PAD", random(1, 3), widths)


@pytest.mark.parametrize(("mode", "width"), [("REFLECT", 3), ("SYMMETRIC", 4)])
def test_a_mirror_smaller_than_the_padding(mode, width):
    with pytest.raises(InputError, match="MIRROR_PAD"):
        run("MIRROR_PAD", random(1, 3), [[0, width]], {"mode": mode})


def test_a_mode_that_does_not_exist():
    with pytest.raises(ModelError, match=r"MIRROR_PAD.*Its mode is 7"):
        run("MIRROR_PAD", random(1, 3), [[0, 1]], {"mode": 7})


def test_padding_beyond_the_limit():
    with pytest.raises(ModelError, match="the limit is 100"):
        run("PAD", random(1, 3), [[0, 30]], limits=Limits(tensor_bytes=100))

"""QUANTIZE from integers to integers, against its definition and LiteRT."""

import numpy as np
import pytest

from kernels.constant import DTYPES
from kernels.errors import UnsupportedOperatorError
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS, REFERENCE
from kernels.ops.requantizing import OUTPUTS
from tests import naive_requantization
from tests.build_model import quantization, single_operator, tensor
from tests.oracle import litert

PAIRS = [(of, to) for of, outputs in OUTPUTS.items() for to in outputs]
RATIOS = [1.0, 0.5, 2.0, 8.0, 1 / 3, 1 / 8, 0.59, 1 / 200, 1 / 300, 120.0, 200.0]
"""The input's scale over the output's: 1 / 8 has many halves, XNNPACK does not take the last."""
SIZE = 700 + 5
"""Not a multiple of a vector."""


def model(of, to, ratio, x_zero, out_zero):
    scale = np.float32(0.013)
    return single_operator(
        "QUANTIZE",
        [tensor("x", (SIZE,), of, quantization=quantization(scale, x_zero))],
        [tensor("y", (SIZE,), to, quantization=quantization(scale / np.float32(ratio), out_zero))],
        version=3 if "INT32" not in (of, to) else 4,
    )


def zero_points(name):
    return {"INT8": (0, -128, 5), "UINT8": (0, 128, 77)}.get(name, (0, 0, 0))


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize(("of", "to"), PAIRS)
def test_equals_litert(of, to, ratio, numerics):
    limits = np.iinfo(DTYPES[of])
    rng = np.random.default_rng(0)
    for x_zero, out_zero in zip(zero_points(of), zero_points(to), strict=True):
        made = model(of, to, ratio, x_zero, out_zero)
        low, high = max(limits.min, -(2**22)), min(limits.max, 2**22)
        x = rng.integers(low, high + 1, SIZE).astype(DTYPES[of])
        ours = Interpreter(made, numerics).invoke(x=x)["y"]
        assert ours.dtype == DTYPES[to]
        np.testing.assert_array_equal(ours, litert(made, [x], numerics)[0])
        if numerics == REFERENCE:
            np.testing.assert_array_equal(ours, definition(made, x))


def definition(made, x):
    """reference/requantize.h, number by number."""
    before, after = made.subgraphs[0].tensors
    scales = [float(tensor.quantization.scale[0]) for tensor in (before, after)]
    fixed = naive_requantization.quantize_multiplier(scales[0] / scales[1])
    centred = x.astype(np.int64) - before.quantization.zero_point[0]
    steps = [naive_requantization.multiply(int(value), *fixed) for value in centred]
    limits = np.iinfo(DTYPES[after.type])
    return np.clip(np.array(steps) + after.quantization.zero_point[0], limits.min, limits.max)


@pytest.mark.parametrize("numerics", NUMERICS)
def test_an_empty_tensor(numerics):
    made = model("INT8", "UINT8", 0.5, 0, 0)
    assert Interpreter(made, numerics).invoke(x=np.zeros(0, np.int8))["y"].shape == (0,)


def test_what_tflite_does_not_make_is_refused_at_load():
    with pytest.raises(UnsupportedOperatorError, match="It makes UINT8 of INT16"):
        Interpreter(model("INT16", "UINT8", 1.0, 0, 0))

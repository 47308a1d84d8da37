"""GELU, against C's error function in float64 and LiteRT to the bit."""

from math import erfc

import numpy as np
import pytest

from kernels.gelu import erfc_gelu, table_erfc_gelu, table_tanh_gelu, tanh_gelu
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS, REFERENCE
from tests.build_model import quantization, single_operator, tensor
from tests.oracle import check, litert


@pytest.mark.parametrize("gelu", [erfc_gelu, table_erfc_gelu])
def test_by_the_error_function(gelu):
    x = np.linspace(-9, 9, 1001, dtype=np.float32)
    probability = np.array([erfc(value) for value in (-x.astype(float) * 0.5**0.5).tolist()]) / 2
    np.testing.assert_allclose(gelu(x), x * probability, rtol=1e-5)


@pytest.mark.parametrize("gelu", [tanh_gelu, table_tanh_gelu])
def test_by_the_tanh_approximation(gelu):
    x = np.linspace(-5, 5, 101, dtype=np.float32)
    real = x.astype(float)
    expected = real / 2 * (1 + np.tanh((2 / np.pi) ** 0.5 * (real + 0.044715 * real**3)))
    np.testing.assert_allclose(gelu(x), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 4003])
@pytest.mark.parametrize(("approximate", "gelu"), [(False, erfc_gelu), (True, tanh_gelu)])
def test_equals_litert(approximate, gelu, count):
    x = np.linspace(-13, 8, count, dtype=np.float32)
    options = {"approximate": approximate}
    check("GELU", [x], gelu(x), options, numerics=[REFERENCE], litert_runs=[REFERENCE])


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("approximate", [False, True])
def test_tables_equal_litert_where_gelu_is_small(approximate, numerics):
    codes = np.arange(-128, 128).astype(np.int8)
    model = single_operator(
        "GELU",
        [tensor("x", codes.shape, "INT8", quantization=quantization(0.05, 127))],
        [tensor("y", codes.shape, "INT8", quantization=quantization(1e-7, 127))],
        {"approximate": approximate},
        version=2,
    )
    ours = Interpreter(model, numerics).invoke(x=codes)["y"]
    np.testing.assert_array_equal(ours, litert(model, [codes], numerics)[0])

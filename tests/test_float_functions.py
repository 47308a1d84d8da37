import numpy as np
import pytest
from numpy._core._multiarray_umath import __cpu_features__

from kernels.float_functions import (
    reference_exp,
    reference_logistic,
    reference_tanh,
    xnnpack_logistic,
    xnnpack_tanh,
)
from kernels.node import NUMERICS, XNNPACK
from tests.hybrid import assert_equals_litert
from tests.oracle import operator_model

FUNCTIONS = [reference_exp, reference_logistic, reference_tanh, xnnpack_logistic, xnnpack_tanh]

OTHER_FORMULA = 1e-6
"""How far XNNPACK's formulas for other processors may be from that for AVX-512."""


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("shape", [(), (0, 3), (1,), (2, 3, 5)])
def test_keeps_the_shape_and_the_input(function, shape):
    x = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    x.flags.writeable = False
    y = function(x)
    assert y.shape == shape
    assert y.dtype == np.float32
    np.testing.assert_array_equal(y.ravel(), function(x.ravel()))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_takes_any_order(function):
    x = np.random.default_rng(0).standard_normal((4, 6)).astype(np.float32)
    np.testing.assert_array_equal(function(x.T), function(x).T)
    np.testing.assert_array_equal(function(x[:, ::2]), function(x)[:, ::2])


GRID = np.concatenate(
    [
        np.linspace(-20, 20, 40001),
        np.linspace(-110, 110, 20001),
        np.linspace(-87.4, -87.3, 2001),
        np.random.default_rng(0).standard_normal(5001) * 1e-3,
        [0, -0.0, np.inf, -np.inf],
    ]
).astype(np.float32)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("operator", ["LOGISTIC", "TANH"])
def test_equals_litert(operator, numerics):
    x = GRID.reshape(1, -1)
    fitting = numerics != XNNPACK or __cpu_features__.get("AVX512F")
    tolerance = 0 if fitting or operator == "TANH" else OTHER_FORMULA
    assert_equals_litert(operator_model(operator, [x], [x]), [[x]], numerics, tolerance)

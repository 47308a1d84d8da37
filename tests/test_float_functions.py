import numpy as np
import pytest
from numpy._core._multiarray_umath import __cpu_features__

from kernels.compiled.formulas import has
from kernels.float_functions import (
    power,
    reference_cos,
    reference_exp,
    reference_log,
    reference_log_softmax,
    reference_logistic,
    reference_sin,
    reference_softmax,
    reference_tanh,
    xnnpack_cos,
    xnnpack_elu,
    xnnpack_erf_gelu,
    xnnpack_exp,
    xnnpack_log,
    xnnpack_logistic,
    xnnpack_rsqrt,
    xnnpack_sin,
    xnnpack_softmax,
    xnnpack_sqrt,
    xnnpack_tanh,
    xnnpack_tanh_gelu,
)
from kernels.node import NUMERICS, REFERENCE, XNNPACK
from tests.hybrid import assert_equals_litert
from tests.oracle import litert, operator_model, random

FUNCTIONS = [
    reference_cos,
    reference_exp,
    reference_log,
    reference_logistic,
    reference_sin,
    reference_tanh,
    xnnpack_cos,
    xnnpack_elu,
    xnnpack_erf_gelu,
    xnnpack_exp,
    xnnpack_log,
    xnnpack_logistic,
    xnnpack_rsqrt,
    xnnpack_sin,
    xnnpack_sqrt,
    xnnpack_tanh,
    xnnpack_tanh_gelu,
]
SOFTMAXES = [
    lambda x: reference_softmax(x, np.float32(0.5)),
    reference_log_softmax,
    xnnpack_softmax,
]

OTHER_FORMULA = 1e-6
"""How far XNNPACK's formulas for other processors may be from that for AVX-512."""


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("shape", [(), (0, 3), (1,), (2, 3, 5)])
def test_keeps_the_shape_and_the_input(function, shape):
    x = np.asarray(np.abs(random(0, *shape)))
    x.flags.writeable = False
    y = function(x)
    assert y.shape == shape
    assert y.dtype == np.float32
    np.testing.assert_array_equal(y.ravel(), function(x.ravel()))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_takes_any_order(function):
    x = np.abs(random(0, 4, 6))
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
@pytest.mark.parametrize("operator", ["EXP", "LOG", "LOGISTIC", "TANH"])
def test_equals_litert(operator, numerics):
    x = (np.exp(GRID[np.abs(GRID) < 88]) if operator == "LOG" else GRID).reshape(1, -1)
    fitting = numerics != XNNPACK or operator != "LOGISTIC" or __cpu_features__.get("AVX512F")
    tolerance = 0 if fitting else OTHER_FORMULA
    assert_equals_litert(operator_model(operator, [x], [x]), [[x]], numerics, tolerance)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("operator", ["COS", "SIN"])
def test_angles_equal_litert(operator, numerics):
    x = np.concatenate([GRID, GRID * np.float32(1000), [np.nan]]).astype(np.float32).reshape(1, -1)
    assert_equals_litert(operator_model(operator, [x], [x]), [[x]], numerics)


@pytest.mark.parametrize(
    ("operator", "options"),
    [("ELU", None), ("GELU", {"approximate": False}), ("GELU", {"approximate": True})],
)
def test_activations_equal_litert(operator, options):
    small = [1e-40, -1e-40, 1.3e-38, -1.3e-38, np.nan, 1e30, -1e30]
    x = np.concatenate([GRID, small]).astype(np.float32).reshape(1, -1)
    fitting = operator != "ELU" or __cpu_features__.get("AVX512F")
    model = operator_model(operator, [x], [x], options)
    assert_equals_litert(model, [[x]], XNNPACK, 0 if fitting else OTHER_FORMULA)


@pytest.mark.parametrize("numerics", NUMERICS)
def test_power_equals_litert(numerics):
    base, exponent = np.abs(random(0, 1, 20000)) * np.float32(5), random(1, 1, 20000)
    base[0, :5], exponent[0, :5] = [0, 0, -2, -8, np.inf], [0, -1, 3, 0.5, -2]
    model = operator_model("POW", [base, exponent], [base])
    assert_equals_litert(model, [[base, exponent]], numerics)


@pytest.mark.parametrize(
    ("base", "exponent", "shape"),
    [((), (), ()), ((3, 1), (4,), (3, 4)), ((2, 3), (), (2, 3)), ((0, 3), (3,), (0, 3))],
)
def test_power_broadcasts(base, exponent, shape):
    x, y = np.abs(random(0, *base)), random(1, *exponent)
    assert power(x, y).shape == shape
    np.testing.assert_allclose(power(x, y), np.power(x, y), rtol=1e-6)


POSITIVE = np.exp2(np.random.default_rng(1).uniform(-126, 126, 200001)).astype(np.float32)
"""The numbers of which XNNPACK's roots with AVX-512 are right."""
ROOTS = {
    "SQRT": [*POSITIVE, 0, -0.0, 1e-40, -1e-40, np.inf, -np.inf, np.nan, -1],
    "RSQRT": [*POSITIVE, np.inf, -np.inf, np.nan, -1],
}


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize(("operator", "numbers"), ROOTS.items())
def test_roots_equal_litert(operator, numbers, numerics):
    x = np.array([numbers], np.float32)
    fitting = numerics == REFERENCE or has("avx512f")
    tolerance = 0 if fitting else OTHER_FORMULA
    assert_equals_litert(operator_model(operator, [x], [x]), [[x]], numerics, tolerance)


@pytest.mark.skipif(not has("avx512f"), reason="LiteRT is wrong only with AVX-512")
@pytest.mark.parametrize(
    ("operator", "function", "number", "ours", "theirs"),
    [
        ("SQRT", xnnpack_sqrt, 2.0**127, 2.0**63.5, 1.5 * 2.0**63.5),
        ("RSQRT", xnnpack_rsqrt, 2.0**127, 2.0**-63.5, 1.5 * 2.0**-63.5),
        ("RSQRT", xnnpack_rsqrt, 0, np.inf, np.nan),
        ("RSQRT", xnnpack_rsqrt, -0.0, -np.inf, np.nan),
        ("RSQRT", xnnpack_rsqrt, 1e-40, np.inf, np.nan),
    ],
)
def test_roots_that_litert_has_wrong(operator, function, number, ours, theirs):
    x = np.array([number], np.float32)
    np.testing.assert_allclose(function(x), ours, rtol=1e-6)
    np.testing.assert_allclose(
        litert(operator_model(operator, [x], [x]), [x])[0], theirs, rtol=1e-3
    )


@pytest.mark.parametrize("softmax", SOFTMAXES)
@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (1,), (2, 3, 5)])
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_softmax_of_any_shape(softmax, shape):
    assert softmax(random(0, *shape)).shape == shape


@pytest.mark.parametrize("softmax", SOFTMAXES)
def test_nan_takes_its_row(softmax):
    x = random(0, 3, 20)
    x[1, 17] = np.nan
    np.testing.assert_array_equal(np.isnan(softmax(x)).any(axis=1), [False, True, False])
    assert np.isnan(softmax(x)[1]).all()


@pytest.mark.parametrize(
    ("operator", "beta", "numerics"),
    [
        ("SOFTMAX", 1.0, XNNPACK),
        ("SOFTMAX", 1.0, REFERENCE),
        ("SOFTMAX", 0.3, REFERENCE),
        ("LOG_SOFTMAX", None, REFERENCE),
    ],
)
@pytest.mark.parametrize("shape", [(3, 1), (40, 10), (7, 16), (2, 5, 64), (9, 80), (5, 1001)])
def test_softmax_equals_litert(operator, beta, numerics, shape):
    x = random(1, *shape) * np.float32(4)
    model = operator_model(operator, [x], [x], beta and {"beta": beta})
    fitting = numerics == REFERENCE or __cpu_features__.get("AVX512F")
    assert_equals_litert(model, [[x]], numerics, 0 if fitting else OTHER_FORMULA)

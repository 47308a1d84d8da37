import numpy as np
import pytest

from kernels.kernel import kernel

f32 = np.float32


def logistic(x):
    return 1 / (1 + np.exp(-x))


BOTH = np.concatenate([np.linspace(-30, 30, 30001), np.linspace(-1e-3, 1e-3, 3001)])
POSITIVE = np.exp(np.concatenate([np.linspace(-80, -0.7, 9001), np.linspace(0.7, 80, 9001)]))
ALL_NORMAL = np.exp2(np.linspace(-126, 127.99, 30001))
NEGATIVE = np.linspace(-87, 0, 30001)

FUNCTIONS = {  # name: definition, where, and units in the last place that it may be off
    "xnnpack_exp": (np.exp, BOTH, 30),
    "xnnpack_log": (np.log, POSITIVE, 3),
    "xnnpack_logistic": (logistic, BOTH, 3),
    "xnnpack_softmax_exp": (np.exp, NEGATIVE, 2),
    "xnnpack_tanh": (np.tanh, BOTH, 4),
    "xnnpack_sqrt": (np.sqrt, ALL_NORMAL, 3),
    "xnnpack_rsqrt": (lambda x: 1 / np.sqrt(x), ALL_NORMAL, 2),
    "libm_exp": (np.exp, BOTH, 1),
    "libm_log": (np.log, POSITIVE, 1),
    "libm_tanh": (np.tanh, BOTH, 2),
}


def apply(name, values):
    x = np.array(values, np.float32)
    y = np.full_like(x, 7)
    kernel(f"functions.{name}")(x, y, chunks=x.size)
    return y


@pytest.mark.parametrize(("name", "defined"), FUNCTIONS.items())
def test_is_near_the_function(name, defined):
    definition, where, units = defined
    x = where.astype(f32)
    expected = definition(x.astype(np.float64))
    error = np.abs(apply(name, x) - expected) / np.spacing(np.abs(expected).astype(f32))
    assert error.max() <= units


@pytest.mark.parametrize("name", FUNCTIONS)
def test_nan_stays_nan_and_alone(name):
    y = apply(name, [0.5, np.nan, 0.5])
    np.testing.assert_array_equal(np.isnan(y), [False, True, False])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_of_nothing(name):
    assert apply(name, []).size == 0


LIMITS = {  # of -infinity, -1e30, 0, 1e30, infinity
    "xnnpack_exp": [0, 0, 1, np.inf, np.inf],
    "xnnpack_log": [np.nan, np.nan, -np.inf, np.log(1e30), np.inf],
    "xnnpack_logistic": [0, 0, 0.5, 1, 1],
    "xnnpack_tanh": [-1, -1, 0, 1, 1],
    "xnnpack_sqrt": [np.nan, np.nan, 0, np.sqrt(f32(1e30)), np.inf],
    "xnnpack_rsqrt": [np.nan, np.nan, np.inf, 1 / np.sqrt(f32(1e30)), 0],
    "libm_exp": [0, 0, 1, np.inf, np.inf],
    "libm_log": [np.nan, np.nan, -np.inf, np.log(1e30), np.inf],
    "libm_tanh": [-1, -1, 0, 1, 1],
}


@pytest.mark.parametrize(("name", "expected"), LIMITS.items())
def test_limits(name, expected):
    ends = [-np.inf, -1e30, 0, 1e30, np.inf]
    np.testing.assert_array_equal(apply(name, ends), f32(expected))


@pytest.mark.parametrize("name", ["xnnpack_exp", "xnnpack_logistic", "xnnpack_softmax_exp"])
def test_what_is_smaller_than_normal_numbers_is_zero(name):
    normal, below = apply(name, [-87.33, -87.34])
    assert normal >= np.finfo(f32).smallest_normal
    assert below == 0


@pytest.mark.parametrize("name", ["xnnpack_log", "xnnpack_rsqrt", "xnnpack_sqrt"])
def test_what_is_smaller_than_normal_numbers_counts_as_zero(name):
    at_zero, below = apply(name, [0, 1.1e-38])
    assert at_zero == below
    assert np.isfinite(apply(name, [1.2e-38]))


@pytest.mark.parametrize("name", ["xnnpack_tanh", "libm_tanh", "xnnpack_sqrt"])
def test_zero_keeps_its_sign(name):
    assert np.signbit(apply(name, [-0.0, 0.0])).tolist() == [True, False]


def test_power():
    x, y = np.abs(np.linspace(-9, 9, 1001)).astype(f32), np.linspace(-3, 5, 1001).astype(f32)
    z = np.empty_like(x)
    kernel("functions.libm_pow")(x, y, z, chunks=x.size)
    np.testing.assert_allclose(z, np.power(x.astype(np.float64), y), rtol=1e-7)

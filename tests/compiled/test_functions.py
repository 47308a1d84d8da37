import numpy as np
import pytest

from tests.compiled.apply import apply

f32 = np.float32


def logistic(x):
    return 1 / (1 + np.exp(-x))


BOTH = np.concatenate([np.linspace(-30, 30, 30001), np.linspace(-1e-3, 1e-3, 3001)])
POSITIVE = np.exp(np.concatenate([np.linspace(-80, -0.7, 9001), np.linspace(0.7, 80, 9001)]))
NEGATIVE = np.linspace(-87, 0, 30001)

FUNCTIONS = {  # name: definition, where, and units in the last place that it may be off
    "functions.xnnpack_exp": (np.exp, BOTH, 30),
    "functions.xnnpack_log": (np.log, POSITIVE, 3),
    "functions.xnnpack_logistic": (logistic, BOTH, 3),
    "functions.xnnpack_softmax_exp": (np.exp, NEGATIVE, 2),
    "functions.xnnpack_tanh": (np.tanh, BOTH, 4),
}


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


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_number_for_itself(name):
    """The same of a number alone and among others: loops of 16 and of one agree."""
    x = -np.exp(np.linspace(-9, 4, 80)).astype(f32) if "softmax" in name else BOTH[::400]
    alone = [apply(name, [number])[0] for number in x]
    np.testing.assert_array_equal(apply(name, x), alone)


LIMITS = {  # of -infinity, -1e30, 0, 1e30, infinity
    "functions.xnnpack_exp": [0, 0, 1, np.inf, np.inf],
    "functions.xnnpack_log": [np.nan, np.nan, -np.inf, np.log(1e30), np.inf],
    "functions.xnnpack_logistic": [0, 0, 0.5, 1, 1],
    "functions.xnnpack_tanh": [-1, -1, 0, 1, 1],
}


@pytest.mark.parametrize(("name", "expected"), LIMITS.items())
def test_limits(name, expected):
    ends = [-np.inf, -1e30, 0, 1e30, np.inf]
    np.testing.assert_array_equal(apply(name, ends), f32(expected))


LAST_NORMAL = {
    "functions.xnnpack_exp": -87.33654785,
    "functions.xnnpack_logistic": -87.33654022,
    "functions.xnnpack_softmax_exp": -87.33654022,
}


@pytest.mark.parametrize(("name", "last"), LAST_NORMAL.items())
def test_what_is_smaller_than_normal_numbers_is_zero(name, last):
    normal, below, far = apply(name, [last, np.nextafter(f32(last), f32(-100)), -1e5])
    assert normal >= np.finfo(f32).smallest_normal
    assert below == far == 0


def test_the_logarithm_counts_what_is_smaller_than_normal_numbers_as_zero():
    np.testing.assert_array_equal(
        apply("functions.xnnpack_log", [0, -0.0, 1.1e-38, -1.1e-38]), [-np.inf] * 4
    )
    assert np.isfinite(apply("functions.xnnpack_log", [1.2e-38]))


def test_a_number_beyond_the_range_changes_no_other_logarithm():
    x = np.exp(np.linspace(-80, 80, 3000)).astype(f32)
    among = x.copy()
    among[1500] = 0
    expected = apply("functions.xnnpack_log", x)
    expected[1500] = -np.inf
    np.testing.assert_array_equal(apply("functions.xnnpack_log", among), expected)


def test_the_hyperbolic_tangent_keeps_the_sign_of_zero():
    assert np.signbit(apply("functions.xnnpack_tanh", [-0.0, 0.0])).tolist() == [True, False]

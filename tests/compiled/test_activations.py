from math import erf, pi, sqrt, tanh

import numpy as np
import pytest

from tests.compiled.apply import apply


def erf_gelu(x):
    return x / 2 * (1 + erf(x / sqrt(2)))


def tanh_gelu(x):
    return x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))


def elu(x):
    return x if x >= 0 else np.expm1(x)


def hard_swish(x):
    return x * min(max(x / 6 + 0.5, 0), 1)


FUNCTIONS = {  # name: definition, and how far it may be off: erf and tanh near -1 are added to 1
    "activations.xnnpack_erf_gelu": (erf_gelu, 1e-6),
    "activations.xnnpack_tanh_gelu": (tanh_gelu, 2e-6),
    "activations.xnnpack_elu": (elu, 2e-7),
    "activations.xnnpack_hard_swish": (hard_swish, 1e-6),
}


@pytest.mark.parametrize(("name", "defined"), FUNCTIONS.items())
def test_is_near_the_function(name, defined):
    definition, tolerance = defined
    x = np.concatenate([np.linspace(-30, 30, 10001), np.linspace(-1e-3, 1e-3, 101)])
    x = x.astype(np.float32)
    expected = [definition(value) for value in x.tolist()]
    np.testing.assert_allclose(apply(name, x), expected, rtol=2e-7, atol=tolerance)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_nan_stays_nan_and_alone(name):
    y = apply(name, [0.5, np.nan, -0.5])
    np.testing.assert_array_equal(np.isnan(y), [False, True, False])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_of_nothing(name):
    assert apply(name, []).size == 0


@pytest.mark.parametrize("name", FUNCTIONS)
def test_large_numbers_stay(name):
    large = np.float32([20, 1e30, np.inf])
    np.testing.assert_array_equal(apply(name, large), large)


@pytest.mark.parametrize("name", ["activations.xnnpack_erf_gelu", "activations.xnnpack_tanh_gelu"])
def test_gelu_ends_at_zero(name):
    np.testing.assert_array_equal(apply(name, [-6, -20, -1e30]), 0)


def test_elu_ends_at_minus_one():
    np.testing.assert_array_equal(apply("activations.xnnpack_elu", [-17.5, -1e30, -np.inf]), -1)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_zero_keeps_its_sign(name):
    assert np.signbit(apply(name, [-0.0, 0.0])).tolist() == [True, False]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_smaller_than_normal_numbers_is_zero(name):
    y = apply(name, [1.1e-38, -1.1e-38])
    if name != "activations.xnnpack_hard_swish":
        assert y.tolist() == [0, 0]
    assert np.signbit(y).tolist() == [False, True]

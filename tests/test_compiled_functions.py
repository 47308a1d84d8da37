import numpy as np
import pytest

from kernels.compiled_functions import libm_exp, libm_tanh, xnnpack_logistic, xnnpack_tanh

f32 = np.float32


def logistic(x):
    return 1 / (1 + np.exp(-x))


FUNCTIONS = {  # kernel: definition, units in the last place that it may be off
    xnnpack_logistic: (logistic, 3),
    xnnpack_tanh: (np.tanh, 4),
    libm_exp: (np.exp, 1),
    libm_tanh: (np.tanh, 2),
}


def apply(kernel, values):
    x = np.array(values, f32)
    y = np.full_like(x, 7)
    kernel(x, y)
    return y


@pytest.mark.parametrize(("kernel", "defined"), FUNCTIONS.items())
def test_is_near_the_function(kernel, defined):
    definition, units = defined
    x = np.concatenate([np.linspace(-30, 30, 30001), np.linspace(-1e-3, 1e-3, 3001)]).astype(f32)
    expected = definition(x.astype(np.float64))
    error = np.abs(apply(kernel, x) - expected) / np.spacing(np.abs(expected).astype(f32))
    assert error.max() <= units


@pytest.mark.parametrize("kernel", FUNCTIONS)
def test_nan_stays_nan_and_alone(kernel):
    y = apply(kernel, [0.5, np.nan, 0.5])
    np.testing.assert_array_equal(np.isnan(y), [False, True, False])


@pytest.mark.parametrize("kernel", FUNCTIONS)
def test_of_nothing(kernel):
    assert apply(kernel, []).size == 0


def test_limits():
    ends = [-np.inf, -1e30, 0, 1e30, np.inf]
    np.testing.assert_array_equal(apply(xnnpack_logistic, ends), [0, 0, 0.5, 1, 1])
    np.testing.assert_array_equal(apply(xnnpack_tanh, ends), [-1, -1, 0, 1, 1])
    np.testing.assert_array_equal(apply(libm_tanh, ends), [-1, -1, 0, 1, 1])
    np.testing.assert_array_equal(apply(libm_exp, ends), [0, 0, 1, np.inf, np.inf])


def test_a_logistic_smaller_than_normal_numbers_is_zero():
    normal, below = apply(xnnpack_logistic, [-87.33, -87.34])
    assert normal >= np.finfo(f32).smallest_normal
    assert below == 0


def test_zero_keeps_its_sign():
    for kernel in (xnnpack_tanh, libm_tanh):
        assert np.signbit(apply(kernel, [-0.0, 0.0])).tolist() == [True, False]

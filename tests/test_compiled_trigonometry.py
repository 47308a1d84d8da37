import numpy as np
import pytest

from kernels.compiled_trigonometry import libm_cos, libm_sin, xnnpack_cos, xnnpack_sin

FUNCTIONS = {  # kernel: definition, and how far it may be off
    xnnpack_sin: (np.sin, 4e-7),
    xnnpack_cos: (np.cos, 4e-7),
    libm_sin: (np.sin, 6e-8),
    libm_cos: (np.cos, 6e-8),
}


def apply(kernel, values):
    x = np.array(values, np.float32)
    y = np.full_like(x, 7)
    kernel(x, y)
    return y


@pytest.mark.parametrize(("kernel", "defined"), FUNCTIONS.items())
def test_is_near_the_function(kernel, defined):
    definition, tolerance = defined
    x = np.linspace(-100, 100, 30001).astype(np.float32)
    expected = definition(x.astype(np.float64))
    np.testing.assert_allclose(apply(kernel, x), expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("kernel", FUNCTIONS)
def test_of_numbers_without_sine(kernel):
    y = apply(kernel, [0.5, np.nan, np.inf, -np.inf, 0.5])
    np.testing.assert_array_equal(np.isnan(y), [False, True, True, True, False])


@pytest.mark.parametrize("kernel", FUNCTIONS)
def test_of_nothing(kernel):
    assert apply(kernel, []).size == 0


@pytest.mark.parametrize("kernel", [xnnpack_sin, libm_sin])
def test_small_numbers_are_their_sine(kernel):
    assert apply(kernel, [1e-30, 0, -1e-30]).tolist() == np.float32([1e-30, 0, -1e-30]).tolist()


@pytest.mark.parametrize("kernel", [xnnpack_cos, libm_cos])
def test_cosine_of_zero(kernel):
    assert apply(kernel, [0, -0.0, 1e-30]).tolist() == [1, 1, 1]

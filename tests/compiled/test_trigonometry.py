import numpy as np
import pytest

from kernels.kernel import kernel

FUNCTIONS = {  # name: definition, and how far it may be off
    "xnnpack_sin": (np.sin, 4e-7),
    "xnnpack_cos": (np.cos, 4e-7),
    "libm_sin": (np.sin, 6e-8),
    "libm_cos": (np.cos, 6e-8),
}


def apply(name, values):
    x = np.array(values, np.float32)
    y = np.full_like(x, 7)
    kernel(f"trigonometry.{name}")(x, y, chunks=x.size)
    return y


@pytest.mark.parametrize(("name", "defined"), FUNCTIONS.items())
def test_is_near_the_function(name, defined):
    definition, tolerance = defined
    x = np.linspace(-100, 100, 30001).astype(np.float32)
    expected = definition(x.astype(np.float64))
    np.testing.assert_allclose(apply(name, x), expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_of_numbers_without_sine(name):
    y = apply(name, [0.5, np.nan, np.inf, -np.inf, 0.5])
    np.testing.assert_array_equal(np.isnan(y), [False, True, True, True, False])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_of_nothing(name):
    assert apply(name, []).size == 0


@pytest.mark.parametrize("name", ["xnnpack_sin", "libm_sin"])
def test_small_numbers_are_their_sine(name):
    assert apply(name, [1e-30, 0, -1e-30]).tolist() == np.float32([1e-30, 0, -1e-30]).tolist()


@pytest.mark.parametrize("name", ["xnnpack_cos", "libm_cos"])
def test_cosine_of_zero(name):
    assert apply(name, [0, -0.0, 1e-30]).tolist() == [1, 1, 1]

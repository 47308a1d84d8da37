import numpy as np
import pytest

from tests.compiled.apply import apply

FUNCTIONS = {  # name: definition, and how far it may be off
    "trigonometry.xnnpack_sin": (np.sin, 4e-7),
    "trigonometry.xnnpack_cos": (np.cos, 4e-7),
}


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


def test_small_numbers_are_their_sine():
    y = apply("trigonometry.xnnpack_sin", [1e-30, 0, -1e-30])
    assert y.tolist() == np.float32([1e-30, 0, -1e-30]).tolist()


def test_the_sine_of_what_is_smaller_than_normal_numbers_is_zero():
    y = apply("trigonometry.xnnpack_sin", [1.1e-38, -1.1e-38, 1.2e-38])
    assert (y == 0).tolist() == [True, True, False]


def test_cosine_of_zero():
    assert apply("trigonometry.xnnpack_cos", [0, -0.0, 1e-30]).tolist() == [1, 1, 1]

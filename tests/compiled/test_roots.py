import numpy as np
import pytest

from kernels.compiled.formulas import has
from tests.compiled.apply import apply

f32 = np.float32

NAMES = ("roots.xnnpack_sqrt", "roots.xnnpack_rsqrt")
ALL_NORMAL = np.exp2(np.linspace(-126, 127.99, 30001))
FUNCTIONS = {  # name: definition, and units in the last place that it may be off
    "roots.xnnpack_sqrt": (np.sqrt, 3),
    "roots.xnnpack_rsqrt": (lambda x: 1 / np.sqrt(x), 2),
}


@pytest.mark.parametrize(("name", "defined"), FUNCTIONS.items())
def test_is_near_the_function(name, defined):
    definition, units = defined
    x = ALL_NORMAL.astype(f32)
    expected = definition(x.astype(np.float64))
    error = np.abs(apply(name, x) - expected) / np.spacing(np.abs(expected).astype(f32))
    assert error.max() <= units


@pytest.mark.skipif(not has("avx512f"), reason="needs AVX-512")
@pytest.mark.parametrize(("name", "defined"), FUNCTIONS.items())
def test_is_not_the_rounded_root_where_there_is_an_estimate(name, defined):
    x = np.exp2(np.linspace(-126, 125, 3001)).astype(f32)
    rounded = defined[0](x.astype(np.float64)).astype(f32)
    assert (apply(name, x) != rounded).any()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("beyond", [0, -1, np.inf, 2.0**127, 1e-40])
def test_a_number_beyond_the_range_changes_no_other(name, beyond):
    x = np.linspace(0.1, 9, 3000).astype(f32)
    among = x.copy()
    among[1500] = beyond
    expected = apply(name, x)
    expected[1500] = apply(name, [beyond])[0]
    np.testing.assert_array_equal(apply(name, among), expected)


@pytest.mark.parametrize("name", NAMES)
def test_nan_stays_nan_and_alone(name):
    y = apply(name, [0.5, np.nan, 0.5])
    np.testing.assert_array_equal(np.isnan(y), [False, True, False])


@pytest.mark.parametrize("name", NAMES)
def test_of_nothing(name):
    assert apply(name, []).size == 0


LIMITS = {  # of -infinity, -1e30, -0.0, 0, 1e30, infinity
    "roots.xnnpack_sqrt": [np.nan, np.nan, -0.0, 0, np.sqrt(f32(1e30)), np.inf],
    "roots.xnnpack_rsqrt": [np.nan, np.nan, -np.inf, np.inf, 1 / np.sqrt(f32(1e30)), 0],
}


@pytest.mark.parametrize(("name", "expected"), LIMITS.items())
def test_limits(name, expected):
    y = apply(name, [-np.inf, -1e30, -0.0, 0, 1e30, np.inf])
    np.testing.assert_array_equal(y, f32(expected))
    np.testing.assert_array_equal(np.signbit(y[2:4]), [True, False])


@pytest.mark.parametrize("name", NAMES)
def test_what_is_smaller_than_normal_numbers_counts_as_zero(name):
    at_zero, below = apply(name, [0, 1.1e-38])
    assert at_zero == below
    assert np.isfinite(apply(name, [1.2e-38]))

from math import erfc

import numpy as np
import pytest

from kernels.kernel import kernel
from tests.compiled.apply import apply

f32 = np.float32

BOTH = np.concatenate([np.linspace(-30, 30, 30001), np.linspace(-1e-3, 1e-3, 3001)])
NORMAL_ERFC = np.linspace(-9, 9, 30001)
POSITIVE = np.exp(np.concatenate([np.linspace(-80, -0.7, 9001), np.linspace(0.7, 80, 9001)]))

FUNCTIONS = {  # name: definition, where, and units in the last place that it may be off
    "libm.cos": (np.cos, BOTH, 1),
    "libm.erfc": (np.vectorize(erfc), NORMAL_ERFC, 3),
    "libm.exp": (np.exp, BOTH, 1),
    "libm.log": (np.log, POSITIVE, 1),
    "libm.sin": (np.sin, BOTH, 1),
    "libm.tanh": (np.tanh, BOTH, 2),
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


LIMITS = {  # of -infinity, 0, infinity
    "libm.cos": [np.nan, 1, np.nan],
    "libm.erfc": [2, 1, 0],
    "libm.exp": [0, 1, np.inf],
    "libm.log": [np.nan, -np.inf, np.inf],
    "libm.sin": [np.nan, 0, np.nan],
    "libm.tanh": [-1, 0, 1],
}


@pytest.mark.parametrize(("name", "expected"), LIMITS.items())
def test_limits(name, expected):
    np.testing.assert_array_equal(apply(name, [-np.inf, 0, np.inf]), f32(expected))


def test_power():
    x, y = np.abs(np.linspace(-9, 9, 1001)).astype(f32), np.linspace(-3, 5, 1001).astype(f32)
    z = np.empty_like(x)
    kernel("libm.power")(x, y, z, chunks=x.size)
    np.testing.assert_allclose(z, np.power(x.astype(np.float64), y), rtol=1e-7)


def test_angle():
    ends = f32([0, -0.0, 1, -1, np.inf, -np.inf, np.nan])
    y, x = (np.ravel(part) for part in np.meshgrid(np.linspace(-3, 3, 101, dtype=f32), ends))
    z = np.empty_like(x)
    kernel("libm.angle")(y, x, z, chunks=x.size)
    np.testing.assert_allclose(z, np.arctan2(y.astype(np.float64), x), rtol=2e-7)

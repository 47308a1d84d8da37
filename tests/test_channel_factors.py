import numpy as np
import pytest

from quant.channel_factors import channel_factors
from tests.int8_weight import quantize_weight


def scaled(shape, axes, seed=0):
    """A weight, and it times powers of two along some axes."""
    rng = np.random.default_rng(seed)
    weight = rng.standard_normal(shape).astype(np.float32)
    factors = np.ones((1,) * len(shape), np.float32)
    for axis in axes:
        places = [1] * len(shape)
        places[axis] = -1
        factors = factors * np.exp2(rng.integers(-4, 5, shape[axis])).reshape(places)
    return weight, factors.astype(np.float32)


@pytest.mark.parametrize(
    ("shape", "axes"),
    [
        ((8, 3, 3, 16), ()),
        ((8, 3, 3, 16), (0,)),
        ((8, 3, 3, 16), (3,)),
        ((8, 3, 3, 16), (0, 3)),
        ((1, 3, 3, 32), (3,)),
        ((20, 48), (0, 1)),
    ],
)
@pytest.mark.parametrize("axis", [0, None])
def test_factors_are_found_though_values_are_rounded(shape, axes, axis):
    weight, factors = scaled(shape, axes)
    axis = None if axes else axis  # one scale is what channels are evened out for
    stored = quantize_weight(weight, axis, "w")
    step = stored.scale.reshape([-1, *[1] * (len(shape) - 1)])
    found = channel_factors(weight / factors, stored.restored(), step)
    np.testing.assert_array_equal(np.broadcast_to(found, shape), np.broadcast_to(factors, shape))


def test_channels_of_zeros_have_no_factor():
    weight, factors = scaled((4, 10), (0,))
    weight[1] = 0
    found = channel_factors(weight / factors, weight, None)
    factors[1] = 1
    np.testing.assert_array_equal(found, np.broadcast_to(factors, found.shape))

import numpy as np
import pytest

from tests.compiled.apply import apply

f32 = np.float32

NUMBERS = np.concatenate(
    [
        np.linspace(-9, 9, 1001),
        np.arange(-4, 4.5, 0.5),
        [0, -0.0, 1e-40, -1e-40, 3e38, -3e38, np.inf, -np.inf, np.nan],
    ]
).astype(f32)
BETWEEN = {f"clamp to {bounds}": bounds for bounds in [(0, np.inf), (0, 6), (-1, 1)]}
DEFINITIONS = {
    "unary.absolute": np.abs,
    "unary.ceil": np.ceil,
    "unary.floor": np.floor,
    "unary.negative": np.negative,
    "unary.rounded": np.rint,
    "unary.sign": np.sign,
    "unary.square": np.square,
    "unary.unit_clamp": lambda x: np.clip(x, f32(0), f32(1)),
}


def assert_same_bits(ours, expected):
    """The same numbers, signs of zeros too, and NaN in the same places."""
    np.testing.assert_array_equal(ours, expected)
    number = ~np.isnan(expected)
    np.testing.assert_array_equal(np.signbit(ours)[number], np.signbit(expected)[number])


@pytest.mark.parametrize(("name", "definition"), DEFINITIONS.items())
@np.errstate(all="ignore")
def test_equals_numpy(name, definition):
    assert_same_bits(apply(name, NUMBERS), definition(NUMBERS))


@pytest.mark.parametrize("bounds", BETWEEN.values(), ids=BETWEEN)
def test_clamp(bounds):
    low, high = (f32(bound) for bound in bounds)
    expected = np.minimum(np.maximum(NUMBERS, low), high)
    assert_same_bits(apply("unary.clamp", NUMBERS, *bounds), expected)


@pytest.mark.parametrize("alpha", [0.3, -1.0, 0.0])
@np.errstate(all="ignore")
def test_leaky_relu(alpha):
    expected = np.where(NUMBERS > 0, NUMBERS, NUMBERS * f32(alpha))
    assert_same_bits(apply("unary.leaky_relu", NUMBERS, alpha), expected)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_of_nothing(name):
    assert apply(name, []).size == 0

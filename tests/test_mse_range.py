import numpy as np
import pytest

from quant.histogram import histogram_of
from quant.mse_range import affine_errors, mse_range, symmetric_errors

DRAW = np.random.default_rng(7)
CASES = {
    "normal": DRAW.normal(1, 2, size=5000).astype(np.float32),
    "relu": np.maximum(DRAW.normal(size=5000), 0).astype(np.float32),
    "long tail": DRAW.standard_t(2, size=5000).astype(np.float32),
    "skew": DRAW.gamma(1, size=5000).astype(np.float32) - np.float32(0.5),
    "negative": -DRAW.random(1000).astype(np.float32),
}


def naive_affine(values, low, high):
    """The mean squared error of uint8 codes, as a kernel would round them."""
    scale = (high - low) / 255
    zero = round(-low / scale)
    total = 0.0
    for value in values.astype(float).tolist():
        code = min(max(round(value / scale) + zero, 0), 255)
        total += (value - (code - zero) * scale) ** 2
    return total / len(values)


def naive_symmetric(values, low, high):
    scale = max(-low, high) / 32767
    codes = np.clip(np.rint(values.astype(float) / scale), -32767, 32767)
    return float(np.mean((values - codes * scale) ** 2))


@pytest.mark.parametrize("values", CASES.values(), ids=CASES)
def test_the_errors_of_candidates(values):
    lows, highs = np.array([-3, -1.5, -0.7]), np.array([4, 2, 1.3])
    ones = np.ones(len(values))
    found = affine_errors(values.astype(float), ones, lows, highs) / len(values)
    expected = [naive_affine(values, *ends) for ends in zip(lows, highs, strict=True)]
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    found = symmetric_errors(values.astype(float), ones, lows, highs) / len(values)
    expected = [naive_symmetric(values, *ends) for ends in zip(lows, highs, strict=True)]
    np.testing.assert_allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize("values", CASES.values(), ids=CASES)
def test_no_other_clipping_is_much_better(values):
    found = mse_range(histogram_of(values), "INT8")
    ours = naive_affine(values, found.min, found.max)
    low, high = min(values.min(), 0), max(values.max(), 0)
    shares = (1, 0.85, 0.7, 0.5, 0.35, 0.2)
    others = [naive_affine(values, low * a, high * b) for a in shares for b in shares]
    assert ours <= 1.05 * min(others)


def test_int16_has_room_for_all_but_the_longest_tails():
    values = CASES["normal"]
    found = mse_range(histogram_of(values), "INT16")
    assert (found.min, found.max) == (values.min(), values.max())


@pytest.mark.parametrize("activation_type", ["INT8", "INT16"])
def test_zeros(activation_type):
    found = mse_range(histogram_of(np.zeros(3, np.float32)), activation_type)
    assert (found.min, found.max) == (0, 0)

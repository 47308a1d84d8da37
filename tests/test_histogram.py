import itertools

import numpy as np
import pytest

from quant.histogram import BINS, histogram_of, joined_histograms

DRAW = np.random.default_rng(5)
CASES = {
    "normal": DRAW.normal(size=(3, 50, 20)).astype(np.float32),
    "relu": np.maximum(DRAW.normal(size=100_000), 0).astype(np.float32),
    "negative": -np.abs(DRAW.normal(size=99)).astype(np.float32),
    "powers of two": np.float32([-4, -2, -1, 0, 1, 2, 4]),
    "one": np.float32([3]),
    "outlier": np.float32([*DRAW.normal(size=500), -1e9]),
    "tiny": np.float32([1e-20, -3e-20, 0]),
    "below the smallest bins": np.float32([1e-38, -1e-38, 0]),
    "largest": np.float32([3.4e38, -3.4e38]),
    "zeros": np.zeros(7, np.float32),
    "float64": DRAW.normal(size=77),
}


@pytest.mark.parametrize("values", CASES.values(), ids=CASES)
def test_counts_are_numpy_s(values):
    found = histogram_of(values)
    expected, _ = np.histogram(values.astype(np.float64), found.edges)
    np.testing.assert_array_equal(found.counts, expected)
    assert (found.min, found.max) == (values.min(), values.max())
    assert found.counts.sum() == values.size


@pytest.mark.parametrize("values", CASES.values(), ids=CASES)
def test_the_largest_magnitude_is_in_the_outer_half(values):
    found = histogram_of(values)
    largest = float(np.abs(values).max())
    assert largest < 2.0**found.exponent
    assert largest >= 2.0 ** (found.exponent - 1) or found.exponent == -100


@pytest.mark.parametrize("names", [*itertools.combinations(CASES, 2)], ids=" and ".join)
def test_portions_make_what_the_whole_makes(names):
    one, other = (CASES[name].astype(np.float32).reshape(-1) for name in names)
    whole = histogram_of(np.concatenate([one, other]))
    first, second = histogram_of(one), histogram_of(other)
    for joined in (joined_histograms(first, second), joined_histograms(second, first)):
        assert (joined.exponent, joined.min, joined.max) == (whole.exponent, whole.min, whole.max)
        np.testing.assert_array_equal(joined.counts, whole.counts)


def test_no_values_change_nothing():
    none, some = histogram_of(np.empty((0, 3), np.float32)), histogram_of(CASES["normal"])
    joined = joined_histograms(none, some)
    assert (joined.exponent, joined.min, joined.max) == (some.exponent, some.min, some.max)
    np.testing.assert_array_equal(joined.counts, some.counts)
    assert none.counts.sum() == 0


def test_magnitudes_are_counts_of_absolute_values():
    values = CASES["normal"]
    found = histogram_of(values)
    expected, _ = np.histogram(np.abs(values), found.edges[BINS // 2 :])
    np.testing.assert_array_equal(found.magnitudes, expected)

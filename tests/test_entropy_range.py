import math

import numpy as np
import pytest

from quant.entropy_range import MOST_BINS, divergence, entropy_range
from quant.histogram import histogram_of

DRAW = np.random.default_rng(8)
NORMAL = DRAW.normal(size=20_000).astype(np.float32)


def naive_divergence(counts, kept, levels):
    """Group by group, as the talk has it."""
    counts = [float(count) for count in counts]
    p = counts[:kept]
    p[-1] += sum(counts[kept:])
    q = [0.0] * kept
    for level in range(levels):
        members = [i for i in range(kept) if i * levels // kept == level]
        filled = [i for i in members if counts[i] > 0]
        for i in filled:
            q[i] = sum(counts[j] for j in members) / len(filled)
    total = 0.0
    for have, want in zip(q, p, strict=True):
        if want and not have:
            return math.inf
        if want:
            total += want / sum(p) * math.log((want / sum(p)) / (have / sum(q)))
    return total


@pytest.mark.parametrize(
    ("counts", "kept", "levels"),
    [
        (np.histogram(np.abs(NORMAL), 200)[0], 150, 128),
        (np.histogram(np.abs(NORMAL), 200)[0], 200, 16),
        (np.histogram(np.abs(NORMAL), 60)[0], 10, 4),
        ([5, 0, 3, 0, 2, 7], 4, 2),
        ([5, 0, 3, 1, 0, 0], 4, 4),
        ([0, 0, 0, 0, 4], 3, 2),
    ],
)
def test_divergence(counts, kept, levels):
    found = divergence(np.asarray(counts, float), kept, levels)
    assert found == pytest.approx(naive_divergence(counts, kept, levels), rel=1e-12, abs=1e-12)


def test_a_long_tail_is_cut_and_an_even_one_is_not():
    tail = histogram_of(np.append(NORMAL, np.float32([30, -29])))
    found = entropy_range(tail, "INT8")
    assert 2 < found.max < 15
    assert -15 < found.min < -2
    even = histogram_of(DRAW.uniform(-1, 1, 100_000).astype(np.float32))
    found = entropy_range(even, "INT8")
    assert found.max > 0.95
    assert found.min < -0.95


@pytest.mark.parametrize("sign", [1, -1])
def test_one_sign_has_all_levels(sign):
    values = sign * np.abs(NORMAL)
    found = entropy_range(histogram_of(values), "INT8")
    assert 2 < max(found.max, -found.min) <= np.abs(NORMAL).max()
    assert 0 in (round(found.min, 2), round(found.max, 2))


def test_int16_has_more_levels_than_there_are_bins():
    found = entropy_range(histogram_of(NORMAL), "INT16")
    assert (found.min, found.max) == (NORMAL.min(), NORMAL.max())
    assert MOST_BINS < 32768


@pytest.mark.parametrize("values", [[0], [0, 0, 0], [1e-30], [5, 5]])
def test_few_values(values):
    values = np.float32(values)
    found = entropy_range(histogram_of(values), "INT8")
    assert (found.min, found.max) == (values.min(), values.max())

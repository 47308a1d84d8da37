"""Steps of channels: the least error among candidates, by a search written out in NumPy."""

import numpy as np
import pytest

from quant import clipping
from quant.clipping import AUTO, CLIPPINGS, MEAN_TO_VARIANCE, MIN_MAX, MSE, PERCENTILE
from quant.weights import Encoding, store_weight

SHAPES = [(1, 6, 9), (3, 4, 5), (40, 7, 1), (1, 3, 5000)]
"""Outer, channels, inner."""


def random(*shape):
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def largest(weights):
    return np.abs(weights).max(axis=(0, 2))


def chosen(weights, how, limit=127):
    return clipping.clipped_steps(weights, largest(weights), limit, how, lambda kept: kept / limit)


def errors(weights, steps, limit):
    """(channels,): weighted as ``auto`` does."""
    scale = steps.astype(np.float32)[:, np.newaxis]
    quotient = np.clip(weights / steps[:, np.newaxis], -limit, limit)
    values = np.sign(quotient) * np.floor(np.abs(quotient) + 0.5)
    error = weights.astype(np.float64) - values.astype(np.int8) * scale
    return (error**2).sum(axis=(0, 2)), error.sum(axis=(0, 2)) ** 2


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("limit", [127, 7])
@pytest.mark.parametrize(("how", "mean"), [(AUTO, MEAN_TO_VARIANCE), (MSE, 0.0)])
def test_no_candidate_is_better(shape, limit, how, mean):
    weights = random(*shape)
    squares, sums = errors(weights, chosen(weights, how, limit), limit)
    size = shape[0] * shape[2]
    few, most = clipping.FEWEST_CANDIDATES, clipping.MOST_CANDIDATES
    count = min(max(clipping.CANDIDATE_WEIGHTS // size, few), most)
    for fraction in [1.0, *np.linspace(*clipping._RANGES[how][limit], count)]:
        tried = errors(weights, fraction * largest(weights).astype(np.float64) / limit, limit)
        assert np.all(squares + mean * sums <= (tried[0] + mean * tried[1]) * (1 + 1e-9))


@pytest.mark.parametrize("shape", SHAPES)
def test_min_max_clips_nothing(shape):
    weights = random(*shape)
    np.testing.assert_array_equal(chosen(weights, MIN_MAX), np.float64(largest(weights)) / 127)


def test_percentile_keeps_all_but_the_largest():
    weights = random(1, 2, 4000)
    weights[0, :, 0] = 100
    steps = chosen(weights, PERCENTILE)
    beyond = np.abs(weights) > steps[:, np.newaxis] * 127 * (1 + 1e-9)
    np.testing.assert_array_equal(beyond.sum(axis=(0, 2)), [3, 3])


def test_an_outlier_is_clipped_where_that_makes_errors_smaller():
    weights = random(1, 1, 4000)
    weights[0, 0, 0] = 6
    assert chosen(weights, MSE, 7)[0] < 0.8 * 6 / 7
    assert chosen(weights, MSE, 127)[0] > 0.9 * 6 / 127


def test_the_sum_of_errors_becomes_small():
    weights = random(1, 64, 256)
    _, before = errors(weights, chosen(weights, MIN_MAX), 127)
    _, after = errors(weights, chosen(weights, AUTO), 127)
    assert after.sum() < 0.1 * before.sum()


@pytest.mark.parametrize("count", [1, 2, 5])
def test_parts_do_not_show(monkeypatch, count):
    weights = random(1, 5, 40)
    whole = chosen(weights, AUTO)
    monkeypatch.setattr(clipping, "_MOST_STEPS", count * 65)
    np.testing.assert_array_equal(chosen(weights, AUTO), whole)


@pytest.mark.parametrize("how", CLIPPINGS)
@pytest.mark.parametrize("type_name", ["INT8", "INT4"])
@pytest.mark.parametrize("place", [(0,), (), (0, 32)])
def test_weights_without_values(how, type_name, place):
    encoding = Encoding(type_name, *place)
    stored = store_weight(np.zeros((4, 32), np.float32), encoding, "w", how)
    assert not stored.values.any()
    assert np.all(stored.scale > 0)


@pytest.mark.parametrize("encoding", [Encoding("INT4", 0), Encoding("INT4", 0, 32)])
def test_int4_gains(encoding):
    weight = random(16, 256)
    plain = store_weight(weight, encoding, "w", MIN_MAX)
    assert store_weight(weight, encoding, "w", MSE).sqnr_db > plain.sqnr_db + 0.3

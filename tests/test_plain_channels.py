"""The definition of what becomes of weights by channel, against sums written out."""

import numpy as np
import pytest

from quant import plain_channels
from quant.plain_channels import errors_of_steps, largest_magnitudes, round_to_nearest


def random(*shape):
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def rounded(weights, step, scale, limit=127):
    values = np.empty(weights.shape, np.int8)
    return values, *round_to_nearest(weights, np.float64(step), np.float32(scale), limit, values)


def test_largest_magnitudes():
    weights = np.float32([[[1, -3], [2, 0]], [[0, 0.5], [-1, 1]]])
    np.testing.assert_array_equal(largest_magnitudes(weights), np.float32([3, 2]))


def test_a_nan_is_the_largest():
    weights = np.zeros((2, 3, 4), np.float32)
    weights[1, 2, 3] = np.nan
    np.testing.assert_array_equal(largest_magnitudes(weights), np.float32([0, 0, np.nan]))


def test_halves_round_away_from_zero_and_the_limit_holds():
    weights = np.float32([[[0.5, 1.5, -2.5, 8, -8, 0.49999997]]])
    values, signal, noise = rounded(weights, [1], [1], limit=7)
    np.testing.assert_array_equal(values, [[[1, 2, -3, 7, -7, 0]]])
    assert signal == pytest.approx((weights.astype(np.float64) ** 2).sum(), rel=1e-15)
    assert noise == pytest.approx(((weights.astype(np.float64) - values) ** 2).sum(), rel=1e-15)


def test_noise_is_of_the_scale_that_is_stored():
    weights = np.float32([[[1, 2, 3]]])
    values, _, noise = rounded(weights, [1], [1.5])
    np.testing.assert_array_equal(values, [[[1, 2, 3]]])
    assert noise == 0.25 * (1 + 4 + 9)


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 4, 5), (6, 7, 1)])
def test_errors_of_steps_are_those_of_rounding(shape):
    weights = random(*shape)
    steps = np.linspace(0.005, 0.05, 3 * shape[1]).reshape(shape[1], 3)
    scales = steps.astype(np.float32)
    squares, sums = errors_of_steps(weights, steps, scales, 127)
    for candidate in range(3):
        for channel in range(shape[1]):
            alone = weights[:, channel : channel + 1]
            at = (channel, [candidate])
            values, _, noise = rounded(alone, steps[at], scales[at])
            assert squares[channel, candidate] == pytest.approx(noise, rel=1e-12)
            bias = (alone.astype(np.float64) - values * scales[at]).sum()
            assert sums[channel, candidate] == pytest.approx(bias, rel=1e-12)


def test_the_best_step_is_of_squares_and_sum():
    weights = np.float32([[[1, 1, 1, 1, 8]]])
    steps = np.array([[2.0, 0.8, 1.6]])
    # Of 2: each 1 becomes 2. Of 0.8: errors of 0.2. Of 1.6: each 1 becomes 1.6.
    np.testing.assert_array_equal(plain_channels.best_steps(weights, steps, 127, 0.0), [1])
    halves = np.float32([[[1, -1, 1, -1]]])
    steps = np.array([[1.25, 1.3]])
    np.testing.assert_array_equal(plain_channels.best_steps(halves, steps, 127, 0.25), [0])


@pytest.mark.parametrize("sums", [0.0, 0.25, 1.0])
def test_the_sum_counts(sums):
    squares, errors = np.array([[1.0, 2.0, 2.0]]), np.array([[3.0, -1.0, 1.0]])
    assert plain_channels.least(squares, errors, sums)[0] == (0 if sums == 0.0 else 1)


@pytest.mark.parametrize("block", [1, 7, 64])
def test_blocks_do_not_show(monkeypatch, block):
    weights, step = random(6, 5, 9), np.full(5, 0.02)
    values, signal, noise = rounded(weights, step, step)
    errors = errors_of_steps(weights, step[:, None], np.float32(step[:, None]), 127)
    monkeypatch.setattr(plain_channels, "_BLOCK", block)
    parts, *sums = rounded(weights, step, step)
    np.testing.assert_array_equal(parts, values)
    assert sums == pytest.approx([signal, noise], rel=1e-12)
    parted = errors_of_steps(weights, step[:, None], np.float32(step[:, None]), 127)
    np.testing.assert_allclose(parted, errors, rtol=1e-12)

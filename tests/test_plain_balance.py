"""Rounding errors that cancel, by what they must be."""

import numpy as np
import pytest

from quant.plain_balance import Rows, balance


def rounded(weights, scale, limit):
    return np.clip(np.rint(weights / scale), -limit, limit).astype(np.int8)


def balanced(weights, scale, places=1, limit=7):
    """Rows of weights (rows, count) with a scale each."""
    values = rounded(weights, scale[:, None], limit)
    rows = Rows(len(weights), weights.shape[1], places, weights.shape[1], 1, 1)
    balance(weights.reshape(-1), values.reshape(-1), scale, rows, limit)
    return values


@pytest.mark.parametrize("count", [1, 2, 9, 500])
def test_errors_of_a_row_add_up_to_half_a_step_at_most(count):
    weights = np.random.default_rng(count).normal(size=(20, count)).astype(np.float32)
    scale = np.abs(weights).max(axis=1) / np.float32(7)
    values = balanced(weights, scale)
    errors = values - weights / scale[:, None]
    assert np.abs(errors.sum(axis=1)).max() <= 0.5 + 1e-5
    assert np.abs(errors).max() <= 1


def test_the_cheapest_is_moved_the_first_of_equals():
    weights = np.float32([[0.4, 0.3, 0.4, 0.1, 7.0]])
    values = balanced(weights, np.ones(1, np.float32))
    np.testing.assert_array_equal(values, [[1, 0, 0, 0, 7]])


def test_integers_stay_within_the_limit():
    weights = np.float32([[7.4, 7.4, 7.4, 0.0]])
    np.testing.assert_array_equal(balanced(weights, np.ones(1, np.float32)), [[7, 7, 7, 0]])


def test_exact_weights_stay():
    weights = np.float32([[1, -2, 3], [0, 0, 0]])
    np.testing.assert_array_equal(balanced(weights, np.ones(2, np.float32)), weights)


def test_places_of_a_filter_are_balanced_each():
    """Two input channels whose errors cancel each other, but do not within either."""
    weights = np.float32([[0.4, -0.4, 0.4, -0.4, 0.4, -0.4, 7, 7]])
    values = balanced(weights, np.ones(1, np.float32), places=2)
    np.testing.assert_array_equal(values, [[1, -1, 0, 0, 0, 0, 7, 7]])


def test_rows_may_lie_across_and_share_a_scale():
    weights = np.random.default_rng(1).normal(size=(30, 4)).astype(np.float32)
    scale = np.float32([0.5])
    values = rounded(weights, scale, 7)
    signal, noise = balance(
        weights.reshape(-1), values.reshape(-1), scale, Rows(4, 30, 1, 1, 4, 0), 7
    )
    errors = values - weights / scale
    assert np.abs(errors.sum(axis=0)).max() <= 0.5 + 1e-5
    assert signal == pytest.approx(float((weights.astype(np.float64) ** 2).sum()))
    assert noise == pytest.approx(float(((weights - values * scale) ** 2).sum()), rel=1e-6)

"""Least squares with integers, against NumPy and against all integers that there are."""

import itertools

import numpy as np
import pytest

from quant.row_problem import (
    Rounded,
    better_rows,
    damped,
    descended,
    factors,
    forms,
    in_turn,
    nearest,
    products,
    with_fitted_steps,
)
from tests.row_problems import form, problem, solved

SHAPES = [(1, 1, 1), (1, 4, 5), (3, 6, 4), (2, 2, 17)]
STEP = 0.3


def start_of(given):
    return nearest(given, solved(given), np.full((given.rows, given.depth // given.size), STEP))


@pytest.mark.parametrize("shape", SHAPES)
def test_factors_multiply_to_the_moments(shape):
    given = problem(*shape, limit=7)
    made = factors(given)
    np.testing.assert_allclose(made[:, 0] @ made[:, 1], given.moments, rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(made[:, 0], made[:, 1].swapaxes(1, 2))
    np.testing.assert_array_equal(made[:, 1], np.triu(made[:, 1]))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_unrestricted_rows_solve_the_equations(shape):
    given = problem(*shape, limit=7)
    groups, rows, depth = shape
    made = solved(given).reshape(groups, rows // groups, depth)
    np.testing.assert_allclose(
        (made @ given.moments).reshape(rows, depth), given.targets, atol=1e-8
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_forms_are_those_of_the_definition(shape):
    given = problem(*shape, limit=7)
    rounded = start_of(given)
    expected = [form(given, r, v) for r, v in enumerate(rounded.values * STEP)]
    np.testing.assert_allclose(forms(given, rounded), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("shape", SHAPES)
def test_products(shape):
    groups, rows, depth = shape
    given = problem(*shape, limit=7)
    vectors = np.random.default_rng(0).normal(size=(rows, depth))
    matrices = np.random.default_rng(1).normal(size=given.moments.shape)
    expected = (vectors.reshape(groups, -1, depth) @ matrices).reshape(rows, depth)
    squares, made = products(matrices, vectors)
    np.testing.assert_allclose(made, expected, atol=1e-12)
    np.testing.assert_allclose(squares, np.sum(expected * vectors, axis=1), atol=1e-12)


def babai(given, row, step):
    """Successive cancellation, from the last value on, with NumPy's own factors."""
    moments = given.moments[row // (given.rows // len(given.moments))]
    upper = np.linalg.cholesky(moments).T
    z = np.linalg.solve(upper.T, given.targets[row])
    values = np.zeros(given.depth)
    for i in reversed(range(given.depth)):
        best = (z[i] - upper[i] @ (values * step)) / upper[i, i]
        values[i] = np.clip(np.floor(best / step + 0.5), -given.limit, given.limit)
    return values


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("limit", [1, 7, 127])
def test_rounding_in_turn_is_successive_cancellation(shape, limit):
    given = problem(*shape, limit)
    made = in_turn(given, factors(given), np.full((given.rows, 1), STEP))
    expected = [babai(given, row, STEP) for row in range(given.rows)]
    np.testing.assert_array_equal(made.values, expected)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("size", [4, 2])
def test_descent_ends_between_nearest_and_the_best_of_all(seed, size):
    given = problem(1, 2, 4, limit=1, size=size, seed=seed)
    start = start_of(given)
    made, slopes = descended(given, start, 100)
    every = np.array([*itertools.product((-1, 0, 1), repeat=4)], float)
    for row, least in enumerate(forms(given, made)):
        best = min(form(given, row, v * STEP) for v in every)
        assert best - 1e-9 <= least <= forms(given, start)[row] + 1e-12
        for i, change in itertools.product(range(4), (-1, 1)):
            other = made.values[row].copy()
            other[i] += change
            if abs(other[i]) <= 1:
                assert form(given, row, other * STEP) >= least - 1e-6
    np.testing.assert_allclose(slopes, (made.values * STEP) @ given.moments[0] - given.targets)


@pytest.mark.parametrize("size", [6, 3, 1])
def test_fitted_steps_are_no_worse_and_the_best_there_are(size):
    given = problem(1, 5, 6, limit=7, size=size)
    start, slopes = descended(given, start_of(given), 3)
    fitted = with_fitted_steps(given, start, slopes)
    least = forms(given, fitted)
    assert np.all(least <= forms(given, start) + 1e-12)
    if size == given.depth:
        for factor in (0.999, 1.001):
            other = Rounded(fitted.values, fitted.steps * factor)
            assert np.all(least <= forms(given, other) + 1e-12)


def test_rows_of_zeros_keep_their_steps():
    given = problem(1, 2, 3, limit=7)
    zeros = Rounded(np.zeros((2, 3)), np.full((2, 1), STEP))
    made = with_fitted_steps(given, zeros, -given.targets)
    np.testing.assert_array_equal(made.steps, zeros.steps)


def test_damping_draws_to_the_weights():
    given = problem(1, 3, 4, limit=7)
    weights = np.ones((3, 4))
    distances = [
        np.abs(solved(damped(given, weights, fraction)) - weights).max()
        for fraction in (0.0, 1.0, 1e6)
    ]
    assert distances[0] > distances[1] > distances[2] < 1e-4


def test_inputs_that_never_vary_leave_the_weights():
    given = problem(1, 2, 3, limit=7)
    still = type(given)(np.zeros((1, 3, 3)), np.zeros((2, 3)), 7, 3, given.storable)
    weights = np.arange(6.0).reshape(2, 3)
    np.testing.assert_allclose(solved(damped(still, weights, 0.1)), weights)


def test_each_row_gets_the_better_one():
    given = problem(1, 4, 5, limit=7)
    one, other = start_of(given), in_turn(given, factors(given), np.full((4, 1), STEP))
    made = forms(given, better_rows(given, one, other))
    np.testing.assert_array_equal(made, np.minimum(forms(given, one), forms(given, other)))

"""The steps to begin with."""

import numpy as np
import pytest

from quant.row_problem import nearest
from quant.step_search import FRACTIONS, searched_steps
from tests.row_problems import problem


@pytest.mark.parametrize("size", [6, 3])
def test_of_all_candidates_none_is_better(size):
    given = problem(1, 4, 6, limit=7, size=size)
    rows = np.random.default_rng(2).standard_t(2, (4, 6))
    weights = np.array([1, 1, 1, 1, 1, 50.0])
    steps = searched_steps(given, rows, weights)

    def lost(candidates):
        made = nearest(given, rows, candidates)
        errors = made.values * np.repeat(candidates, size, axis=1) - rows
        return (weights * errors**2).reshape(4, -1, size).sum(axis=2)

    widest = np.abs(rows).reshape(4, -1, size).max(axis=2) / 7
    every = [lost(widest * fraction) for fraction in FRACTIONS]
    np.testing.assert_array_equal(lost(steps), np.min(every, axis=0))


def test_rows_of_zeros_get_what_can_be_stored():
    given = problem(1, 2, 3, limit=7)
    floor = type(given)(given.moments, given.targets, 7, 3, lambda steps: np.maximum(steps, 0.5))
    np.testing.assert_array_equal(searched_steps(floor, np.zeros((2, 3)), np.ones(3)), 0.5)

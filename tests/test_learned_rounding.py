"""Learned rounding: no worse than GPTQ or rounding to nearest, near to the best of all integers."""

import itertools

import numpy as np
import pytest

from quant.gptq import gptq
from quant.learned_rounding import learned
from quant.row_problem import forms, nearest
from quant.step_search import searched_steps
from tests.row_problems import form, problem, solved, variances


@pytest.mark.parametrize("shape", [(1, 8, 12), (4, 4, 9), (2, 6, 1), (1, 3, 40)])
@pytest.mark.parametrize("limit", [1, 7, 127])
def test_it_is_no_worse_than_the_others(shape, limit):
    given = problem(*shape, limit)
    by_itself = nearest(
        given, solved(given), searched_steps(given, solved(given), variances(given))
    )
    made = {
        name: forms(given, of).sum()
        for name, of in [
            ("nearest", by_itself),
            ("gptq", gptq(given, variances(given))),
            ("learned", learned(given, variances(given))),
        ]
    }
    assert made["learned"] <= made["gptq"] + 1e-9
    assert made["gptq"] <= made["nearest"] + 1e-9 or shape[2] < 12


@pytest.mark.parametrize("seed", range(5))
def test_it_is_near_the_best_of_all_integers(seed):
    given = problem(1, 3, 5, limit=1, seed=seed)
    made = learned(given, variances(given))
    every = np.array([*itertools.product((-1, 0, 1), repeat=5)], float)
    least = forms(given, made)
    for row, step in enumerate(made.steps[:, 0]):
        best = min(form(given, row, v * step) for v in every)
        assert best - 1e-9 <= least[row] <= 0.8 * best


def test_blocks_have_steps_of_their_own():
    given = problem(1, 3, 8, limit=7, size=2)
    made = learned(given, variances(given))
    assert made.steps.shape == (3, 4)
    whole = problem(1, 3, 8, limit=7)
    assert forms(given, made).sum() < forms(whole, learned(whole, variances(whole))).sum()

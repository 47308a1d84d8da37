"""Damping: strong where what is learned does not hold for other samples."""

from dataclasses import replace

import numpy as np
import pytest

from quant.damping import DAMPINGS, best_damping
from tests.row_problems import problem

STEPS = np.full((6, 1), 0.2)


def test_samples_that_agree_want_little():
    given = problem(1, 6, 8, limit=7)
    weights = np.zeros((6, 8))
    assert best_damping(given, given, weights, STEPS) == DAMPINGS[0]


@pytest.mark.parametrize("seed", range(3))
def test_samples_that_say_nothing_want_much(seed):
    truth = problem(1, 6, 8, limit=7, seed=seed)
    draw = np.random.default_rng(seed)
    weights = draw.normal(size=(6, 8))
    check = replace(truth, targets=weights @ truth.moments[0])
    noise = draw.normal(size=truth.targets.shape) * 10
    learn = replace(truth, targets=check.targets + noise)
    assert best_damping(learn, check, weights, STEPS) >= 1.0

"""Steps to begin with: what rows lose by them if each weight is rounded by itself."""

from __future__ import annotations

import numpy as np

from quant.row_problem import Doubles, RowProblem, nearest

FRACTIONS = tuple(np.linspace(1.0, 0.4, 25))
"""Of the steps that clip nothing."""


def searched_steps(problem: RowProblem, rows: Doubles, variances: Doubles) -> Doubles:
    """(rows, depth / size): the steps with the least error of outputs if those of weights are
    independent, each weighted with the variance of its input, (rows, depth) or (depth,)."""
    blocks = rows.reshape(len(rows), -1, problem.size)
    weights = np.broadcast_to(variances, rows.shape).reshape(blocks.shape)
    widest = np.abs(blocks).max(axis=2) / problem.limit
    best: Doubles = np.zeros_like(widest)
    least = np.full(widest.shape, np.inf)
    for fraction in FRACTIONS:
        steps = problem.storable(widest * fraction)
        rounded = nearest(problem, rows, steps)
        errors = rounded.values.reshape(blocks.shape) * steps[:, :, np.newaxis] - blocks
        lost = np.einsum("rbi,rbi,rbi->rb", weights, errors, errors)
        better = lost < least
        best, least = np.where(better, steps, best), np.where(better, lost, least)
    return best

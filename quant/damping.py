"""How far rounding trusts what few samples say of many inputs: chosen on samples held out."""

from __future__ import annotations

import numpy as np

from quant.row_problem import Doubles, RowProblem, damped, factors, forms, in_turn

DAMPINGS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
"""Of the inputs' mean variance."""
USUAL = 0.3
"""Where no samples can be held out."""


def best_damping(learn: RowProblem, check: RowProblem, weights: Doubles, steps: Doubles) -> float:
    """The one with which rows that are rounded on some samples have the least error on others.

    weights: (rows, depth); steps: (rows, depth / size).
    """
    errors = []
    for damping in DAMPINGS:
        problem = damped(learn, weights, damping)
        made = in_turn(problem, factors(problem), steps)
        errors.append(float(forms(check, made).sum()))
    return DAMPINGS[int(np.argmin(errors))]

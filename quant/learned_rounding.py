"""Learned rounding: of AdaRound's problem (arXiv 2004.10568, equation 11) a local optimum.

Which of a row's weights is rounded which way is chosen for the error of the row's output as a
whole: a quadratic form of integers. AdaRound relaxes them and descends its gradient; here it is
exact coordinate descent, from GPTQ's rounding, in turns with the best steps for the integers.
"""

from __future__ import annotations

from functools import partial, reduce

from quant.row_problem import (
    Doubles,
    Rounded,
    RowProblem,
    better_rows,
    descended,
    factors,
    in_turn,
    unrestricted,
    with_fitted_steps,
)
from quant.step_search import searched_steps

TURNS = 3
"""Of descent and steps: later ones hardly change anything."""
MOST_SWEEPS = 30
STARTS = (1.0, 0.75, 0.85, 0.95, 1.1, 1.25)
"""Multiples of the steps to begin with, of which a row keeps what ends best."""
SMALL_DEPTH = 64
"""Where few integers are to be found, how they can be depends much on the step."""


def learned(problem: RowProblem, variances: Doubles) -> Rounded:
    """The rows of a problem that is damped. variances: (rows, depth), the inputs'."""
    factored = factors(problem)
    steps = searched_steps(problem, unrestricted(problem, factored), variances)
    starts = STARTS if problem.depth <= SMALL_DEPTH else STARTS[:1]
    ends = (_from(problem, factored, problem.storable(steps * start)) for start in starts)
    return reduce(partial(better_rows, problem), ends)


def _from(problem: RowProblem, factored: Doubles, steps: Doubles) -> Rounded:
    rounded = in_turn(problem, factored, steps)
    for turn in range(TURNS):
        rounded, slopes = descended(problem, rounded, MOST_SWEEPS)
        if turn < TURNS - 1:
            rounded = with_fitted_steps(problem, rounded, slopes)
    return rounded

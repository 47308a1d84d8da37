"""GPTQ (arXiv 2210.17323): weights are rounded one after the other, each time the best way for
those that are rounded already, and those that are not make up for it."""

from __future__ import annotations

from quant.row_problem import Doubles, Rounded, RowProblem, factors, in_turn, unrestricted
from quant.step_search import searched_steps


def gptq(problem: RowProblem, variances: Doubles) -> Rounded:
    """The rows of a problem that is damped. variances: (rows, depth), the inputs'."""
    factored = factors(problem)
    steps = searched_steps(problem, unrestricted(problem, factored), variances)
    return in_turn(problem, factored, steps)

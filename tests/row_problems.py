"""Row problems of random inputs."""

from __future__ import annotations

import numpy as np

from quant.row_problem import Doubles, RowProblem, factors, unrestricted


def problem(
    groups: int, rows: int, depth: int, limit: int, size: int = 0, seed: int = 1
) -> RowProblem:
    """Inputs that depend on each other, and targets of normal rows."""
    draw = np.random.default_rng([groups, rows, depth, limit, seed])
    inputs = draw.normal(size=(groups, 3 * depth + 1, depth)) @ draw.normal(size=(depth, depth))
    moments = inputs.swapaxes(1, 2) @ inputs / inputs.shape[1] + 0.01 * np.eye(depth)
    weights = draw.normal(size=(groups, rows // groups, depth))
    targets = (weights @ moments).reshape(rows, depth)
    return RowProblem(moments, targets, limit, size or depth, lambda steps: steps)


def form(given: RowProblem, row: int, v: Doubles) -> float:
    """That of a row v, by its definition."""
    moments = given.moments[row // (given.rows // len(given.moments))]
    return float(v @ moments @ v - 2 * v @ given.targets[row])


def solved(given: RowProblem) -> Doubles:
    """The best rows that there are."""
    return unrestricted(given, factors(given))


def variances(given: RowProblem) -> Doubles:
    """(rows, depth), of the inputs."""
    of_groups: Doubles = np.einsum("gii->gi", given.moments)
    return np.repeat(of_groups, given.rows // len(of_groups), axis=0)

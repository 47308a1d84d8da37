"""The rounding of a layer's weight as least squares: which integers make its outputs' error small.

An output is ``w x + bias`` for a row w of the weight. With ``v = integers * steps`` for w and with
the inputs y of the quantized network for those of the float one, and a bias that takes the mean
error off, the mean square of the error is ``v M v - 2 v b`` and a constant, where M is the
covariance of y, and ``b = w C``, C that of x and y.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kernels.kernel import Argument, kernel
from kernels.parallel import processors, run_parallel

Doubles = NDArray[np.float64]

LEAST_VARIANCE = 1e-60
"""Where inputs never vary: the weights stay what they are."""
_MODULE = "integer_least_squares"


@dataclass(frozen=True)
class RowProblem:
    """moments: (groups, depth, depth), each for as many successive rows; targets: (rows, depth);
    integers within [-limit, limit], of which each ``size`` share a step; ``storable``: steps as
    they are stored, (rows, depth / size)."""

    moments: Doubles
    targets: Doubles
    limit: int
    size: int
    storable: Callable[[Doubles], Doubles]

    @property
    def rows(self) -> int:
        """How many."""
        return len(self.targets)

    @property
    def depth(self) -> int:
        """Values of a row."""
        return int(self.targets.shape[1])

    @property
    def shape(self) -> tuple[int, int, int]:
        """What kernels ask for: depth, values of a step, rows of a group."""
        return self.depth, self.size, self.rows // len(self.moments)


@dataclass(frozen=True)
class Rounded:
    """values: (rows, depth) float64 integers; steps: (rows, depth / size)."""

    values: Doubles
    steps: Doubles


def damped(problem: RowProblem, weights: Doubles, fraction: float) -> RowProblem:
    """With ``fraction`` of the inputs' mean variance added to each: where the samples do not say
    what an input's weight does, it stays near to ``weights`` (rows, depth)."""
    variances = np.einsum("gii->gi", problem.moments)
    added = fraction * variances.mean(axis=1) + LEAST_VARIANCE
    moments = problem.moments + added[:, np.newaxis, np.newaxis] * np.eye(problem.depth)
    of_rows = np.repeat(added, problem.rows // len(added))
    return replace(
        problem, moments=moments, targets=problem.targets + of_rows[:, np.newaxis] * weights
    )


def factors(problem: RowProblem) -> Doubles:
    """(groups, 2, depth, depth): of each group L with ``M = L L^T``, and ``L^T``."""
    groups, depth = problem.moments.shape[:2]
    made = np.empty((groups, 2, depth, depth))
    _run("factorize", (problem.moments, made, depth), groups)
    return made


def unrestricted(problem: RowProblem, factors: Doubles) -> Doubles:
    """(rows, depth): the rows that are best if they need not be integers."""
    depth, _, shared = problem.shape
    made = np.empty_like(problem.targets)
    _run("solve", (factors, problem.targets, made, depth, shared), problem.rows)
    return made


def nearest(problem: RowProblem, weights: Doubles, steps: Doubles) -> Rounded:
    """Each value by itself."""
    each = np.repeat(steps, problem.size, axis=1)
    return Rounded(np.clip(np.rint(weights / each), -problem.limit, problem.limit), steps)


def in_turn(problem: RowProblem, factors: Doubles, steps: Doubles) -> Rounded:
    """GPTQ's: each value is where it is best for those that are rounded already."""
    made, scratch = np.empty_like(problem.targets), np.empty_like(problem.targets)
    arrays = made, steps, factors, problem.targets, scratch
    _run("round_in_turn", (*arrays, *problem.shape, problem.limit), problem.rows)
    return Rounded(made, steps)


def descended(problem: RowProblem, start: Rounded, sweeps: int) -> tuple[Rounded, Doubles]:
    """No change of one value is better any more, unless ``sweeps`` through a row are too few; and
    the slopes ``M v - b`` there."""
    values, slopes = start.values.copy(), np.empty_like(problem.targets)
    arrays = values, start.steps, problem.moments, problem.targets, slopes
    _run("descend", (*arrays, *problem.shape, problem.limit, sweeps), problem.rows)
    return Rounded(values, start.steps), slopes


def with_fitted_steps(problem: RowProblem, start: Rounded, slopes: Doubles) -> Rounded:
    """The same integers with the steps that are best for them."""
    steps, scratch = start.steps.copy(), np.empty_like(problem.targets)
    arrays = start.values, steps, problem.moments, slopes, scratch
    _run("fit_steps", (*arrays, *problem.shape), problem.rows)
    return Rounded(start.values, problem.storable(steps))


def forms(problem: RowProblem, rounded: Rounded) -> Doubles:
    """(rows,): the mean squared error of each row's output, but for a constant."""
    return _measured(problem, rounded)[0]


def products(matrices: Doubles, rows: Doubles) -> tuple[Doubles, Doubles]:
    """(rows,): ``r M r`` of each row r and its group's matrix; (rows, depth): ``r M``.

    matrices: (groups, depth, depth); rows: (rows, depth), those of a group successive.
    """
    depth = rows.shape[1]
    alone = RowProblem(matrices, np.zeros_like(rows), 0, depth, lambda steps: steps)
    return _measured(alone, Rounded(rows, np.ones((len(rows), 1))))


def _measured(problem: RowProblem, rounded: Rounded) -> tuple[Doubles, Doubles]:
    made, slopes = np.empty(problem.rows), np.empty_like(problem.targets)
    arrays = rounded.values, rounded.steps, problem.moments, problem.targets, slopes, made
    _run("measure", (*arrays, *problem.shape), problem.rows)
    return made, slopes


def better_rows(problem: RowProblem, one: Rounded, other: Rounded) -> Rounded:
    """Of each row the one with the smaller error, ``one`` of equals."""
    chosen = (forms(problem, one) <= forms(problem, other))[:, np.newaxis]
    return Rounded(
        np.where(chosen, one.values, other.values), np.where(chosen, one.steps, other.steps)
    )


def _run(name: str, arguments: tuple[Argument, ...], chunks: int) -> None:
    run_parallel(kernel(f"{_MODULE}.{name}"), arguments, chunks, processors())

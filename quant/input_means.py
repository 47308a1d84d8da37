"""The means of what linear operators read, by channel and sample."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.equivariance import LINEAR
from kernels.errors import DataError
from kernels.interpreter import Interpreter
from kernels.model import Model
from quant.observed_runs import Sample, run_observed

Place = tuple[int, int]
"""A subgraph and an operator of it."""
Means = Mapping[Place, NDArray[np.float64]]
"""(samples, channels) for each linear operator: of the operand that its weight multiplies."""

_Read = tuple[int, int, int]
"""A subgraph, a tensor of it, and how many channels an operator sees in it."""


def input_means(
    model: Model,
    samples: Iterable[Sample],
    signature: str | None = None,
    num_threads: int = 1,
) -> Means:
    """Means over all places, and over all turns of a loop. Operators that a sample does not run
    have fewer rows, and those that none runs are absent.

    Raises DataError for no samples and for those that do not fit the model.
    """
    operators = _linear_operators(model)
    widths: dict[tuple[int, int], set[int]] = {}
    for s, t, width in operators.values():
        widths.setdefault((s, t), set()).add(width)
    rows: dict[_Read, list[NDArray[np.float64]]] = {}
    interpreter = Interpreter(model, num_threads=num_threads)
    number = -1
    for number, sample in enumerate(samples):
        turns: dict[_Read, list[NDArray[np.float64]]] = {}

        def told(s: int, t: int, value: NDArray[Any], turns: Any = turns) -> None:
            for width in widths.get((s, t), ()) if value.size else ():
                mean = value.reshape(-1, width).mean(axis=0, dtype=np.float64)
                turns.setdefault((s, t, width), []).append(mean)

        run_observed(interpreter, sample, number, told, signature)
        for read, means in turns.items():
            rows.setdefault(read, []).append(np.mean(means, axis=0))
    if number < 0:
        raise DataError("there are no samples to take means of.", "Give at least one.")
    return {place: np.stack(rows[read]) for place, read in operators.items() if read in rows}


def _linear_operators(model: Model) -> Mapping[Place, _Read]:
    found: dict[Place, _Read] = {}
    for s, subgraph in enumerate(model.subgraphs):
        for o, operator in enumerate(subgraph.operators):
            linear = LINEAR.get(operator.name)
            if linear is not None:
                read = operator.inputs[linear.activation]
                weight = subgraph.tensors[operator.inputs[linear.weight]].shape
                shape = (
                    (weight[linear.input_axis],)
                    if linear.flattens
                    else (subgraph.tensors[read].shape)
                )
                found[s, o] = (s, read, shape[-1])
    return found

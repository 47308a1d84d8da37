"""What chosen operators read when a model runs, and the means of tensors by channel."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.errors import DataError
from kernels.interpreter import Interpreter
from kernels.model import Model
from quant.observed_runs import Sample, run_observed

Array = NDArray[Any]

Place = tuple[int, int]
"""(subgraph, operator), or (subgraph, tensor) where it says so."""
Inputs = tuple[Array | None, ...]
"""The operands of an operator; None for constants and those that are absent."""


def layer_inputs(
    model: Model,
    samples: Iterable[Sample],
    places: Collection[Place],
    signature: str | None = None,
    num_threads: int = 1,
) -> Iterator[Mapping[Place, tuple[Inputs, ...]]]:
    """For each sample, as it is run: what each of the operators (subgraph, operator) read, every
    time that it ran. An operator that did not run is absent.

    Raises DataError for samples that do not fit the model.
    """
    first_outputs = {(s, _operator(model, (s, o)).outputs[0]): (s, o) for s, o in places}
    read = {(s, t) for s, o in places for t in _operator(model, (s, o)).inputs}
    interpreter = Interpreter(model, num_threads=num_threads)
    for number, sample in enumerate(samples):
        latest: dict[Place, Array] = {}
        runs: dict[Place, list[Inputs]] = {}

        def told(s: int, t: int, value: Array, latest: Any = latest, runs: Any = runs) -> None:
            if (s, t) in first_outputs:
                place = first_outputs[s, t]
                inputs = tuple(latest.get((s, i)) for i in _operator(model, place).inputs)
                runs.setdefault(place, []).append(inputs)
            if (s, t) in read:
                latest[s, t] = value.copy()

        run_observed(interpreter, sample, number, told, signature)
        yield {place: tuple(runs[place]) for place in sorted(runs)}


def _operator(model: Model, place: Place) -> Any:
    return model.subgraphs[place[0]].operators[place[1]]


def channel_means(
    model: Model,
    samples: Iterable[Sample],
    tensors: Collection[Place],
    signature: str | None = None,
    num_threads: int = 1,
) -> Mapping[Place, Array]:
    """The mean of each tensor (subgraph, tensor) over all runs and all dimensions but the last,
    the channels: (channels,) float64. A tensor that no run makes is absent.

    Raises DataError for no samples and for samples that do not fit the model.
    """
    sums: dict[Place, Array] = {}
    counts: dict[Place, int] = {}
    wanted = frozenset(tensors)

    def told(s: int, t: int, value: Array) -> None:
        if (s, t) not in wanted or not value.size:
            return
        rows = value.reshape(-1, value.shape[-1] if value.ndim else 1)
        sums[s, t] = sums.get((s, t), 0.0) + rows.sum(axis=0, dtype=np.float64)
        counts[s, t] = counts.get((s, t), 0) + len(rows)

    interpreter = Interpreter(model, num_threads=num_threads)
    number = -1
    for number, sample in enumerate(samples):
        run_observed(interpreter, sample, number, told, signature)
    if number < 0:
        raise DataError("there are no samples to take means of.", "Give at least one.")
    return {place: sums[place] / counts[place] for place in sorted(sums)}

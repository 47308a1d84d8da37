"""Two models of one graph, the float one and what is quantized of it so far, run on the same
samples up to an operator, from the last place where what they hold was kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.interpreter import Interpreter
from kernels.model import Model, Signature
from kernels.parallel import processors
from quant.cut_model import CUT, argument, can_cut, cut_model, live_tensors
from quant.observed_runs import Sample

Values = Mapping[int, NDArray[Any]]
"""Tensor -> what it holds."""
Pair = tuple[Values, Values]
"""In the float model and in the quantized one."""

KEPT_BYTES = 1 << 28
"""Of values, at most: where there is more between two operators, they are computed again."""


@dataclass(frozen=True)
class Checkpoint:
    """``pairs``: for each sample what the live tensors at operator ``position`` of the subgraph
    hold; they can be gone through again."""

    subgraph: int
    position: int
    tensors: tuple[int, ...]
    pairs: Iterable[Pair]


@dataclass(frozen=True)
class _Given:
    """The samples as what both models are given."""

    samples: Iterable[Sample]
    inputs: Mapping[str, int]

    def __iter__(self) -> Iterator[Pair]:
        for sample in self.samples:
            values = {self.inputs[name]: value for name, value in sample.items()}
            yield values, values


def beginning(samples: Iterable[Sample], signature: Signature) -> Checkpoint:
    """Before the first operator."""
    inputs = tuple(signature.inputs.values())
    return Checkpoint(signature.subgraph, 0, inputs, _Given(samples, signature.inputs))


def run_pairs(
    start: Checkpoint, models: tuple[Model, Model], stop: int, tensors: Collection[int]
) -> Iterator[Pair]:
    """For each sample what the tensors hold before operator ``stop``. Raises what running a model
    raises."""
    made = sorted({*tensors} - {*start.tensors})
    operators = slice(start.position, stop)
    runners = [
        Interpreter(
            cut_model(model, start.subgraph, operators, start.tensors, made),
            num_threads=processors(),
        )
        if made
        else None
        for model in models
    ]
    for pair in start.pairs:
        one, other = (
            _run(runner, values, tensors) for runner, values in zip(runners, pair, strict=True)
        )
        yield one, other


def _run(runner: Interpreter | None, values: Values, tensors: Collection[int]) -> Values:
    found = {t: values[t] for t in tensors if t in values}
    if runner is None:
        return found
    runner.reset()
    results = runner.invoke(CUT, **{argument(t): value for t, value in values.items()})
    return found | {t: results[argument(t)] for t in tensors if t not in found}


def advanced(start: Checkpoint, models: tuple[Model, Model], position: int) -> Checkpoint:
    """The checkpoint at ``position``; where that takes too much memory, the one given."""
    subgraph = models[0].subgraphs[start.subgraph]
    if position == start.position or not can_cut(subgraph, position):
        return start
    tensors = live_tensors(subgraph, position)
    pairs: list[Pair] = []
    held = 0
    for pair in run_pairs(start, models, position, tensors):
        held += sum(np.asarray(value).nbytes for values in pair for value in values.values())
        if held > KEPT_BYTES:
            return start
        pairs.append(pair)
    return Checkpoint(start.subgraph, position, tensors, tuple(pairs))

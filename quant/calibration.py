"""Calibration: which range each float activation has when a model runs on representative data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.errors import DataError
from kernels.interpreter import Interpreter
from kernels.model import Model
from quant.observed_runs import Sample, run_observed
from quant.observers import Observer, observer_named
from quant.ranges import Ranges

Array = NDArray[Any]

MIN_MAX = "min_max"
INT8 = "INT8"


def calibrate(
    model: Model,
    samples: Iterable[Sample],
    observer: str | Observer = MIN_MAX,
    activation_type: str = INT8,
    signature: str | None = None,
    num_threads: int = 1,
) -> Ranges:
    """The range of each FLOAT32 tensor that a run computes or is given, of all subgraphs.

    Samples are run one after the other; only summaries are kept. A tensor that no run makes, as
    in a branch that is never taken, or that is only ever infinite, has no range; infinite values
    are left out, since any code at the end of a range stands for them.
    Raises RecipeError for an unknown observer; DataError for no samples, samples that do not fit
    the model, and NaN among the values, with the tensor's name.
    """
    chosen = observer_named(observer) if isinstance(observer, str) else observer
    summaries: dict[tuple[int, int], Any] = {}

    def summarize(place: tuple[int, int], values: Array) -> None:
        summary = chosen.summary(values)
        known = summaries.get(place)
        summaries[place] = summary if known is None else chosen.joined(known, summary)

    interpreter = Interpreter(model, num_threads=num_threads)
    number = -1
    for number, sample in enumerate(samples):
        told = _finite_floats(model, number, summarize)
        run_observed(interpreter, sample, number, told, signature)
    if number < 0:
        raise DataError("there are no samples to calibrate with.", "Give at least one.")
    return {place: chosen.range(summaries[place], activation_type) for place in sorted(summaries)}


def _finite_floats(
    model: Model, number: int, summarize: Callable[[tuple[int, int], Array], None]
) -> Callable[[int, int, Array], None]:
    """Hands on the finite values of FLOAT32 tensors."""

    def told(subgraph: int, index: int, values: Array) -> None:
        tensor = model.subgraphs[subgraph].tensors[index]
        if tensor.type != "FLOAT32" or not values.size:
            return
        low, high = values.min(), values.max()
        if np.isnan(low):
            raise DataError(
                f"sample {number} makes NaN in tensor '{tensor.name}'.",
                "Check that the samples are what the model was trained on, or leave this one out.",
            )
        kept = values if np.isfinite(low) and np.isfinite(high) else values[np.isfinite(values)]
        if kept.size:
            summarize((subgraph, index), kept)

    return told

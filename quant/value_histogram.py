"""Histograms to look at: values of the float model and what the quantized one makes of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.model import Model
from quant.histogram import Histogram, histogram_of, joined_histograms
from quant.layer_error import aligned, compared_values
from quant.observed_runs import Sample
from quant.stored_constant import constant_pairs, values_of
from quant.tensor_pairs import Place, tensor_pairs

Array = NDArray[Any]

BARS = 48
WEIGHT, ACTIVATION = "weight", "activation"


@dataclass(frozen=True)
class ValueHistogram:
    """``before`` and ``after`` are how many values of either model lie in each of ``BARS`` equal
    bins from ``low`` to ``high``, the extremes of both. ``kind`` is WEIGHT or ACTIVATION."""

    name: str
    subgraph: int
    kind: str
    low: float
    high: float
    before: tuple[int, ...]
    after: tuple[int, ...]


def weight_histograms(
    float_model: Model,
    quantized: Model,
    places: Collection[Place],
    evened_out: Collection[Place] = (),
) -> tuple[ValueHistogram, ...]:
    """Of changed constants (subgraph, tensor) of the float model; ``evened_out``: those of which
    channels were."""
    found = []
    pairs = constant_pairs(float_model, quantized, evened_out)
    for s, t in places:
        pair = pairs[s, t]
        values = values_of(float_model, quantized, pair)
        before, after = histogram_of(values.before), histogram_of(values.after)
        found.append(_shown(pair.before.name, s, WEIGHT, before, after))
    return tuple(found)


def activation_histograms(
    float_model: Model,
    quantized: Model,
    samples: Iterable[Sample],
    places: Collection[Place],
    num_threads: int = 1,
    evened_out: bool = False,
    signature: str | None = None,
) -> tuple[ValueHistogram, ...]:
    """Of tensors (subgraph, tensor) of the quantized model, over all samples; ``evened_out`` as
    for ``layer_errors``.

    Raises DataError as ``layer_errors``.
    """
    pairs = {b: a for b, a in tensor_pairs(float_model, quantized).items() if a in {*places}}
    found: dict[Place, tuple[Histogram, Histogram]] = {}
    for reference, place, value in compared_values(
        float_model, quantized, samples, pairs, num_threads, signature
    ):
        shown = aligned(reference, value) if evened_out else value
        made = _finite_histogram(reference), _finite_histogram(shown)
        found[place] = _joined(found, place, made)
    return tuple(
        _shown(quantized.subgraphs[s].tensors[t].name, s, ACTIVATION, *found[s, t])
        for s, t in places
        if (s, t) in found
    )


def _joined(
    found: Mapping[Place, tuple[Histogram, Histogram]],
    place: Place,
    made: tuple[Histogram, Histogram],
) -> tuple[Histogram, Histogram]:
    if place not in found:
        return made
    before, after = found[place]
    return joined_histograms(before, made[0]), joined_histograms(after, made[1])


def _finite_histogram(values: Array) -> Histogram:
    return histogram_of(values[np.isfinite(values)])


def _shown(
    name: str, subgraph: int, kind: str, before: Histogram, after: Histogram
) -> ValueHistogram:
    low, high = min(before.min, after.min), max(before.max, after.max)
    if not low <= high:  # there are no values
        low = high = 0.0
    bars = (_bars(each, low, high) for each in (before, after))
    return ValueHistogram(name, subgraph, kind, low, high, *bars)


def _bars(histogram: Histogram, low: float, high: float) -> tuple[int, ...]:
    """The counts in bins for the eye."""
    filled = np.flatnonzero(histogram.counts)
    centres = np.clip(histogram.edges[filled] + histogram.width / 2, low, high)
    ends = (low, high) if high > low else (low - 0.5, low + 0.5)
    counts, _ = np.histogram(centres, bins=BARS, range=ends, weights=histogram.counts[filled])
    return tuple(int(count) for count in counts)

"""Clipping: which step each channel of a weight gets, and so what of its range is kept.

A step is a fraction of the least that clips nothing, ``max|w| / limit``. That one makes the
largest error small; others make the error of the operator's output small, which is what counts.
With weights ``w + e`` an output is off by ``sum(e x)``. For inputs of mean m and variance v, alike
and independent, the mean square of that is ``v sum(e^2) + m^2 sum(e)^2``: the errors' sum matters
beside their squares, as activations are not around 0 (after a RELU, for half-normal inputs,
``m^2 / v = 2 / (pi - 2)``, 1.75; ``MEAN_TO_VARIANCE`` is between that and 0). A channel of few
weights has a step at which all of them happen to be near to multiples, which the search finds;
in one of many the squares hardly depend on the step, but their sum does, and few candidates do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from quant.channels import best_steps
from quant.plain_channels import Steps, Weights

AUTO, MIN_MAX, MSE, PERCENTILE = CLIPPINGS = ("auto", "min_max", "mse", "percentile")
"""The least weighted error of a channel; all of its range; the least squared error; all but the
largest weights."""

MEAN_TO_VARIANCE = 0.25
KEPT_PERCENT = 99.9
"""Of a channel's weights, by magnitude."""
MOST_CANDIDATES, FEWEST_CANDIDATES = 64, 4
CANDIDATE_WEIGHTS = 12288
"""Weights of a channel, times candidates, that are compared if the limits allow."""
_MOST_STEPS = 1 << 15
"""Compared at a time: bounds the memory that candidates take, and keeps them in the cache."""
_RANGES: Mapping[str, Mapping[int, tuple[float, float]]] = MappingProxyType(
    {AUTO: {127: (0.95, 1.05), 7: (0.6, 1.1)}, MSE: {127: (0.5, 1.0), 7: (0.4, 1.0)}}
)
"""The least and the largest candidate, as fractions of the step that clips nothing, by the largest
integer. Of 8 bits few weights can be given up: each costs more than finer steps gain."""


StepsOf = Callable[[NDArray[np.float64]], Steps]
"""From the largest magnitudes that are kept to steps that can be stored, of the same shape."""


def clipped_steps(
    weights: Weights,
    largest: NDArray[np.float32],
    limit: int,
    clipping: str,
    steps_of: StepsOf,
    compiled: bool = False,
) -> Steps:
    """(channels,) float64: of each channel the step with the least error.

    weights: (outer, channels, inner), finite; largest: (channels,), their largest magnitudes.
    """
    if clipping in (MIN_MAX, PERCENTILE):
        return steps_of(_kept(weights, largest, clipping))
    steps = np.empty(len(largest))
    fractions = _fractions(weights, limit, clipping)
    for part in _parts(weights, len(fractions)):
        kept = np.outer(largest[part], fractions)
        steps[part] = _best(weights[:, part], steps_of(kept), limit, clipping, compiled)
    return steps


def _kept(weights: Weights, largest: NDArray[np.float32], clipping: str) -> NDArray[np.float64]:
    if clipping == PERCENTILE:
        magnitudes = np.abs(weights)
        largest = np.percentile(magnitudes, KEPT_PERCENT, axis=(0, 2), method="higher")
    return largest.astype(np.float64)


def _parts(weights: Weights, candidates: int) -> Iterator[slice]:
    """Channels that are compared at a time: few, but where they do not lie one after the other."""
    outer, channels, _ = weights.shape
    count = max(1, _MOST_STEPS // candidates) if outer == 1 else channels
    for start in range(0, channels, count):
        yield slice(start, start + count)


def _fractions(weights: Weights, limit: int, clipping: str) -> Steps:
    """(candidates,): what is kept of the largest magnitude; first all of it."""
    size = weights.size // weights.shape[1]
    count = int(np.clip(CANDIDATE_WEIGHTS // size, FEWEST_CANDIDATES, MOST_CANDIDATES))
    return np.concatenate([[1.0], np.linspace(*_RANGES[clipping][limit], count)])


def _best(weights: Weights, steps: Steps, limit: int, clipping: str, compiled: bool) -> Steps:
    """Of (channels, candidates) the steps with the least error, the first of equals."""
    mean = MEAN_TO_VARIANCE if clipping == AUTO else 0.0
    numbers = best_steps(weights, steps, limit, mean, compiled)
    chosen: Steps = np.take_along_axis(steps, numbers[:, np.newaxis], axis=1)[:, 0]
    return chosen

"""The range whose quantization keeps the distribution of a histogram best.

The calibration of TensorRT (S. Migacz, "8-bit Inference with TensorRT", GTC 2017): of all
thresholds of magnitude the one of least Kullback-Leibler divergence between the clipped
distribution and the same in as many levels as the type has.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quant.histogram import Histogram
from quant.ranges import Range

Array = NDArray[Any]

MOST_BINS = 2048
_STRIDE = 4
"""Bins from one threshold that is tried to the next."""
_LEVELS = {"INT8": 128, "INT16": 32768}
"""On one side of zero."""


def entropy_range(histogram: Histogram, activation_type: str) -> Range:
    """The range within the threshold. Where all values have one sign, int8 has all of its levels
    on that side."""
    levels = _LEVELS[activation_type]
    if activation_type == "INT8" and (histogram.min >= 0 or histogram.max <= 0):
        levels *= 2
    counts, width = _used_bins(histogram)
    threshold = _best_threshold(counts, levels) * width
    return Range(max(histogram.min, -threshold), min(histogram.max, threshold))


def _used_bins(histogram: Histogram) -> tuple[Array, float]:
    """Counts of magnitudes to the largest, in at most MOST_BINS bins, and their width.

    Zeros, of which activations have many and which are exact in any scale, would hide the rest:
    the first bin gets what the second has.
    """
    counts, width = histogram.magnitudes, histogram.width
    used = int(np.max(np.flatnonzero(counts), initial=0)) + 1
    while used > MOST_BINS:
        counts, width, used = counts.reshape(-1, 2).sum(axis=1), 2 * width, (used + 1) // 2
    counts = counts[:used].astype(np.float64)
    counts[0] = counts[min(1, used - 1)]
    return counts, width


def _best_threshold(counts: Array, levels: int) -> int:
    """How many bins to keep; all of them if there are no more than levels, or no better."""
    candidates = range(len(counts), levels - 1, -_STRIDE)
    divergences = [divergence(counts, kept, levels) for kept in candidates]
    return candidates[int(np.argmin(divergences))] if divergences else len(counts)


def divergence(counts: Array, kept: int, levels: int) -> float:
    """KL(P || Q) in nats: P the first ``kept`` counts, what is beyond added to the last; Q the
    same counts without that, in ``levels`` groups of which each is spread evenly over its bins
    that are not empty. Infinite where Q is zero and P is not."""
    inside = counts[:kept]
    groups = np.arange(kept) * levels // kept
    filled = inside > 0
    sums = np.bincount(groups, weights=inside, minlength=levels)
    members = np.bincount(groups, weights=filled, minlength=levels)
    q = np.where(filled, sums[groups] / np.maximum(members[groups], 1), 0.0)
    p = inside.copy()
    p[-1] += counts[kept:].sum()
    if not q.any() or (p[-1] > 0 and q[-1] == 0):
        return np.inf
    p, q = p[p > 0] / p.sum(), q[p > 0] / q.sum()
    return float(np.sum(p * np.log(p / q)))

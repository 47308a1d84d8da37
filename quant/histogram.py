"""Histograms of values that come in portions, whose order does not matter.

The bins of a histogram are all of one width, a power of two, and meet at zero. Where values lie
beyond them, bins are joined in pairs, so that a histogram depends on the values alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

BINS = 8192
"""Half of them are for negative values. The largest magnitude lies in the outer half of a side."""
_SIDE = BINS // 2
_LOWEST_EXPONENT = -100
"""Smaller numbers are told apart no further: their bins' width would be no float32."""
_PORTION = 1 << 16
"""Numbers that are counted at once, to stay in cache."""


@dataclass(frozen=True)
class Histogram:
    """counts (BINS,) int64 of equal bins from ``-2**exponent`` to ``2**exponent``; each has its
    lower end. ``min`` and ``max`` are the exact extremes, infinite where there are no values."""

    counts: NDArray[np.int64]
    exponent: int
    min: float
    max: float

    @property
    def width(self) -> float:
        """How wide a bin is."""
        return float(2.0**self.exponent / _SIDE)

    @property
    def edges(self) -> Array:
        """(BINS + 1,) float64: the ends of the bins."""
        return np.arange(-_SIDE, _SIDE + 1) * self.width

    @property
    def magnitudes(self) -> NDArray[np.int64]:
        """(BINS / 2,) int64: counts of absolute values, bins from zero on."""
        return self.counts[_SIDE:] + self.counts[:_SIDE][::-1]


def histogram_of(values: Array) -> Histogram:
    """The histogram of finite float values, of any shape."""
    flat = values.reshape(-1)
    if not flat.size:
        return Histogram(np.zeros(BINS, np.int64), _LOWEST_EXPONENT, np.inf, -np.inf)
    low, high = float(flat.min()), float(flat.max())
    largest = max(-low, high)
    exponent = max(int(np.frexp(largest)[1]), _LOWEST_EXPONENT) if largest else _LOWEST_EXPONENT
    scale = _SIDE / 2.0**exponent
    kind = flat.dtype if scale >= 1 else np.dtype(np.float64)  # float32 could lose a sign
    counts = np.zeros(BINS, np.int64)
    for start in range(0, flat.size, _PORTION):
        scaled = np.multiply(flat[start : start + _PORTION], kind.type(scale), dtype=kind)
        places = np.floor(scaled).astype(np.intp) + _SIDE
        counts += np.bincount(places, minlength=BINS)
    return Histogram(counts, exponent, low, high)


def joined_histograms(one: Histogram, other: Histogram) -> Histogram:
    """The histogram of the values of both."""
    exponent = max(one.exponent, other.exponent)
    counts = _widened(one, exponent) + _widened(other, exponent)
    return Histogram(counts, exponent, min(one.min, other.min), max(one.max, other.max))


def _widened(histogram: Histogram, exponent: int) -> NDArray[np.int64]:
    """The counts in bins that reach to ``2**exponent``."""
    doublings = min(exponent - histogram.exponent, _SIDE.bit_length() - 1)
    side = _SIDE >> doublings
    counts = np.zeros(BINS, np.int64)
    counts[_SIDE - side : _SIDE + side] = histogram.counts.reshape(2 * side, -1).sum(axis=1)
    return counts

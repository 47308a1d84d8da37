"""The range whose quantization changes the values of a histogram least, in the mean square."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quant.histogram import Histogram
from quant.ranges import Range

Array = NDArray[Any]

_FRACTIONS = 2.0 ** -(np.arange(81) / 16)
"""Of the full range, from all of it to a thirty-second."""
_ROUNDS = 4
_INT16_LARGEST = 32767
_INT8_STEPS = 255


def mse_range(histogram: Histogram, activation_type: str) -> Range:
    """The best range found for values at the middle of their bins: for "INT8" by changing both
    ends together and then each in turn, for "INT16", which is symmetric, both together."""
    filled = np.flatnonzero(histogram.counts)
    values = (histogram.edges[filled] + histogram.edges[filled + 1]) / 2
    weights = histogram.counts[filled]
    error = symmetric_errors if activation_type == "INT16" else affine_errors
    low, high = min(histogram.min, 0.0), max(histogram.max, 0.0)
    if low == high:
        return Range(low, high)

    def best(lows: Array, highs: Array) -> tuple[float, float]:
        number = int(np.argmin(error(values, weights, lows, highs)))
        return float(lows[number]), float(highs[number])

    whole, same = _FRACTIONS, np.ones_like(_FRACTIONS)
    ends = best(low * whole, high * whole)
    if activation_type == "INT16":
        return Range(*ends)
    for _ in range(_ROUNDS):
        before = ends
        ends = best(ends[0] * same, np.append(ends[1], high * whole[1:]))
        ends = best(np.append(ends[0], low * whole[1:]), ends[1] * same)
        if ends == before:
            break
    return Range(*ends)


def affine_errors(values: Array, weights: Array, lows: Array, highs: Array) -> Array:
    """(candidates,) float64: the weighted sum of squared errors of values in 256 even steps from
    each ``low`` to its ``high``, zero among them."""
    scales = (highs - lows) / _INT8_STEPS
    scales = np.where(scales > 0, scales, 1.0)[:, None]
    zeros = np.rint(-lows[:, None] / scales)
    codes = np.clip(np.rint(values / scales) + zeros, 0, _INT8_STEPS)
    return _sums(np.square(values - (codes - zeros) * scales), weights)


def symmetric_errors(values: Array, weights: Array, lows: Array, highs: Array) -> Array:
    """The same for int16 without a zero point."""
    scales = (np.maximum(-lows, highs) / _INT16_LARGEST)[:, None]
    codes = np.clip(np.rint(values / scales), -_INT16_LARGEST, _INT16_LARGEST)
    return _sums(np.square(values - codes * scales), weights)


def _sums(errors: Array, weights: Array) -> Array:
    """By NumPy: the order in which a BLAS adds depends on its threads."""
    sums: Array = np.sum(errors * weights, axis=1)
    return sums

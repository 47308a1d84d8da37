"""Observers: what becomes of the values of an activation, and the range that they give it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.errors import RecipeError
from quant.entropy_range import entropy_range
from quant.histogram import Histogram, histogram_of, joined_histograms
from quant.mse_range import mse_range
from quant.ranges import Range

Array = NDArray[Any]

PERCENTILE = 99.99


@dataclass(frozen=True)
class Observer:
    """``summary`` of finite values, at least one; ``joined``: that of two summaries' values, in
    any order; ``range`` of a summary for activations of a type, "INT8" or "INT16"."""

    summary: Callable[[Array], Any]
    joined: Callable[[Any, Any], Any]
    range: Callable[[Any, str], Range]


def _extremes(values: Array) -> Range:
    return Range(float(values.min()), float(values.max()))


def _hull(one: Range, other: Range) -> Range:
    return Range(min(one.min, other.min), max(one.max, other.max))


def percentile_observer(percentile: float) -> Observer:
    """Leaves out ``100 - percentile`` per cent of the values at either end, and none for INT16: its
    steps are fine enough for all, and what is cut off would be most of the error.

    Within a bin of the histogram values count as spread evenly.
    Raises RecipeError unless the percentile is above 50 and at most 100.
    """
    if not 50 < percentile <= 100:
        raise RecipeError(
            f"Percentile {percentile} leaves no range.", "Choose one above 50, as 99.99."
        )

    def percentile_range(histogram: Histogram, activation_type: str) -> Range:
        if activation_type == "INT16":
            return Range(histogram.min, histogram.max)
        ends = np.array([100 - percentile, percentile]) / 100
        reached = np.concatenate([[0], np.cumsum(histogram.counts)])
        found = np.interp(ends * reached[-1], reached, histogram.edges)
        low, high = np.clip(found, histogram.min, histogram.max).tolist()
        return Range(low, high)

    return Observer(histogram_of, joined_histograms, percentile_range)


OBSERVERS: Mapping[str, Observer] = MappingProxyType(
    {
        "min_max": Observer(_extremes, _hull, lambda extremes, _: extremes),
        "percentile": percentile_observer(PERCENTILE),
        "mse": Observer(histogram_of, joined_histograms, mse_range),
        "entropy": Observer(histogram_of, joined_histograms, entropy_range),
    }
)


def observer_named(name: str) -> Observer:
    """The observer of that name. Raises RecipeError if there is none."""
    if name not in OBSERVERS:
        raise RecipeError(f"unknown observer '{name}'.", f"Choose one of {sorted(OBSERVERS)}.")
    return OBSERVERS[name]

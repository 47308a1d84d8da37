"""How well the stored form of a weight holds it, and whether a single value spoils a channel.

The SQNR of a weight is an average over energy: a channel with one huge value looks exact while all
its other values have become zero. Therefore each channel is also judged without its largest value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quant.sqnr import energies, ratio_db

Array = NDArray[Any]

PLAIN_ROUNDING = 1 / math.sqrt(12)
"""The RMS of an error that is uniform within half a step, in steps: 0.289."""
NEAR_ROUNDING = 0.33
"""As RMS in steps: what is no more than this is rounding."""
LEAST_SHARE = 1e-6
"""Of the energy of the average channel: a channel with less, as training leaves behind where a
channel is of no use, is not judged."""
NEAR_BALANCE = 0.6
"""Rounding whose errors are made to cancel within a channel takes the second nearest step now and
then."""


@dataclass(frozen=True)
class Channel:
    """The channel that is held worst apart from its largest value: ``peak`` is that value's
    magnitude, ``rest`` the RMS of the others, ``sqnr_db`` theirs, and ``zeroed`` the share of them
    that became 0 and was not."""

    index: int
    peak: float
    rest: float
    sqnr_db: float
    zeroed: float


@dataclass(frozen=True)
class WeightError:
    """``sqnr_db``: of all values, None where nothing is lost; ``steps``: RMS of the error in
    steps, None where there are none; ``channel``: the worst one, None for a weight of one value a
    channel."""

    sqnr_db: float | None
    steps: float | None
    channel: Channel | None


def weight_error(weight: Array, restored: Array, step: Array | None, axis: int) -> WeightError:
    """Of float values and what the stored ones stand for, both of one shape; ``step`` broadcasts
    to it. Channels are along ``axis``."""
    sqnr = ratio_db(*energies(weight, restored))
    steps = None
    if step is not None and weight.size:
        steps = float(np.sqrt(np.square((weight - restored) / step, dtype=np.float64).mean()))
    return WeightError(sqnr if math.isfinite(sqnr) else None, steps, _worst(weight, restored, axis))


def _worst(weight: Array, restored: Array, axis: int) -> Channel | None:
    if weight.ndim == 0 or weight.size <= weight.shape[axis]:
        return None
    before, after = (
        np.moveaxis(each, axis, 0).reshape(each.shape[axis], -1) for each in (weight, restored)
    )
    peaks = np.abs(before).argmax(axis=1)
    rows = np.arange(len(before))
    others = before.copy()
    others[rows, peaks] = 0
    errors = before - after
    errors[rows, peaks] = 0
    signal = np.square(others, dtype=np.float64).sum(axis=1)
    noise = np.square(errors, dtype=np.float64).sum(axis=1)
    counts = signal > LEAST_SHARE * signal.mean()
    share = np.divide(noise, signal, out=np.zeros_like(noise), where=counts)
    worst = int(share.argmax())
    count = before.shape[1] - 1
    return Channel(
        index=worst,
        peak=float(abs(before[worst, peaks[worst]])),
        rest=float(np.sqrt(signal[worst] / count)),
        sqnr_db=_finite(ratio_db(1.0, float(share[worst]))),
        zeroed=float(((others[worst] != 0) & (after[worst] == 0)).sum() / count),
    )


MOST_DB = 200.0
"""Stands for exact values, which have no ratio."""


def _finite(value: float) -> float:
    return min(value, MOST_DB)


def reading(steps: float | None) -> str:
    """What the RMS of a weight's error says, in words."""
    if steps is None:
        return "float"
    if steps <= NEAR_ROUNDING:
        return "plain rounding"
    if steps <= NEAR_BALANCE:
        return "rounding that cancels in sums"
    return "clipping"

"""The factors by which channels of a weight were scaled before it was rounded.

Evening out channels (``quant.equalization``) multiplies a weight's channels, those that it makes
and those that it reads, by powers of two. A report has the float weight and the stored one: their
ratio is a product of a power of two for each dimension, but for the rounding.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

LEAST_STEPS = 4.0
"""Of smaller values the ratio is mostly rounding."""
SWEEPS = 4
"""Through all dimensions: the exponents of one are known better once those of the others are."""


def channel_factors(weight: Array, restored: Array, step: Array | None) -> Array:
    """What brings float values to the scale of the stored ones: powers of two of a shape that
    broadcasts to the weight's. Channels of which nothing is left have 1."""
    least = 0.0 if step is None else LEAST_STEPS * step
    known = (np.abs(restored) > least) & (weight != 0)
    exponents = np.full(weight.shape, np.nan)
    np.log2(np.abs(np.divide(restored, weight, where=known, out=exponents)), out=exponents)
    parts: list[Array] = [np.zeros((1,) * weight.ndim)] * weight.ndim
    for _ in range(SWEEPS):
        for axis in range(weight.ndim):
            others = sum(part for number, part in enumerate(parts) if number != axis)
            parts[axis] = _middle(exponents - others, axis)
    factors: Array = np.exp2(sum(parts)).astype(np.float32)
    return factors


def _middle(exponents: Array, axis: int) -> Array:
    """The integer in the middle of each slice along the axis, 0 where nothing is known."""
    rows = np.moveaxis(exponents, axis, 0).reshape(exponents.shape[axis], -1)
    ordered = np.sort(rows, axis=1)  # what is not known comes last
    counts = np.isfinite(rows).sum(axis=1)
    found = ordered[np.arange(len(rows)), np.maximum(counts - 1, 0) // 2]
    shape = [1] * exponents.ndim
    shape[axis] = -1
    return np.rint(np.where(counts > 0, found, 0.0)).reshape(shape)

"""Weights by channel: in NumPy where they are few, else by compiled kernels.

Weights are float32 (outer, channels, inner) in C order; the functions are those of
``quant.plain_channels``, which says what they do.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from quant import plain_channels
from quant.plain_channels import Scales, Steps, Weights

_COMPILED_FROM = 1 << 18
"""Roundings that are worth a kernel, which has to be loaded: NumPy takes 1 ms."""


def largest_magnitudes(weights: Weights) -> NDArray[np.float32]:
    """``plain_channels.largest_magnitudes``."""
    found: NDArray[np.float32] = _module(weights.size).largest_magnitudes(weights)
    return found


def round_to_nearest(
    weights: Weights, step: Steps, scale: Scales, limit: int, values: NDArray[np.int8]
) -> tuple[float, float]:
    """``plain_channels.round_to_nearest``."""
    sums: tuple[float, float] = _module(weights.size).round_to_nearest(
        weights, step, scale, limit, values
    )
    return sums


def errors_of_steps(
    weights: Weights, steps: Steps, scales: Scales, limit: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """``plain_channels.errors_of_steps``."""
    module = _module(weights.size * steps.shape[1])
    squares, sums = module.errors_of_steps(weights, steps, scales, limit)
    return squares, sums


def _module(roundings: int) -> ModuleType:
    if roundings < _COMPILED_FROM:
        return plain_channels
    from quant import compiled_channels  # loads what compiles

    return compiled_channels

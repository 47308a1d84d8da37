"""Weights by channel: in NumPy where they are few, else by compiled kernels.

``compiled`` says that kernels are worth it whatever the number: other weights have them loaded.
Weights are float32 (outer, channels, inner) in C order; the functions are those of
``quant.plain_channels``, which says what they do.
"""

from __future__ import annotations

from threading import Thread
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from quant import plain_channels
from quant.plain_channels import Scales, Steps, Weights

_COMPARED_FROM = 1 << 19
"""Steps to compare, times weights, that are worth a kernel, which has to be loaded."""
_ROUNDED_FROM = 1 << 15
"""Weights whose steps are compared, mostly, so that kernels are there."""


def largest_magnitudes(weights: Weights, compiled: bool = False) -> NDArray[np.float32]:
    """``plain_channels.largest_magnitudes``."""
    module = _module(compiled or weights.size >= _ROUNDED_FROM)
    found: NDArray[np.float32] = module.largest_magnitudes(weights)
    return found


def round_to_nearest(
    weights: Weights,
    step: Steps,
    scale: Scales,
    limit: int,
    values: NDArray[np.int8],
    compiled: bool = False,
) -> tuple[float, float]:
    """``plain_channels.round_to_nearest``."""
    module = _module(compiled or weights.size >= _ROUNDED_FROM)
    sums: tuple[float, float] = module.round_to_nearest(weights, step, scale, limit, values)
    return sums


def best_steps(
    weights: Weights, steps: Steps, limit: int, mean: float, compiled: bool = False
) -> NDArray[np.int64]:
    """``plain_channels.best_steps``."""
    module = _module(compiled or weights.size * steps.shape[1] >= _COMPARED_FROM)
    best: NDArray[np.int64] = module.best_steps(weights, steps, limit, mean)
    return best


def start_loading() -> Thread:
    """Has the kernels loaded while the caller does something else, such as to read the model."""
    from quant import compiled_channels  # loads what compiles

    loading = Thread(target=compiled_channels.load)
    loading.start()
    return loading


def _module(compiled: bool) -> ModuleType:
    if not compiled:
        return plain_channels
    from quant import compiled_channels  # loads what compiles

    return compiled_channels

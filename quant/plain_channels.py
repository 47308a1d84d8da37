"""Weights whose channels have a scale each, in NumPy: what ``quant.compiled_channels`` equals.

Weights are float32 (outer, channels, inner); ``limit`` is the largest integer.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from quant.sqnr import energies

Weights = NDArray[np.float32]
Steps = NDArray[np.float64]
Scales = NDArray[np.float32]
_BLOCK = 1 << 16
"""Elements at a time: bounds the float64 scratch."""


def largest_magnitudes(weights: Weights) -> NDArray[np.float32]:
    """(channels,) float32: of each channel ``max|w|``; NaN where there is one."""
    largest: NDArray[np.float32] = np.maximum(weights.max(axis=(0, 2)), -weights.min(axis=(0, 2)))
    return largest


def round_to_nearest(
    weights: Weights, step: Steps, scale: Scales, limit: int, values: NDArray[np.int8]
) -> tuple[float, float]:
    """Writes ``clip(round(w / step), -limit, limit)`` to ``values``, of the weights' shape: in
    float64, halves away from zero. Returns the sums of ``w^2`` and ``(w - values * scale)^2``.

    step, scale: (channels,).
    """
    signal = noise = 0.0
    for part in _blocks(*weights.shape):
        of_channel = (part[1], np.newaxis)
        values[part] = _rounded(weights[part], step[of_channel], limit)
        restored = values[part] * scale[of_channel]
        part_signal, part_noise = energies(weights[part], restored)
        signal, noise = signal + part_signal, noise + part_noise
    return signal, noise


def errors_of_steps(
    weights: Weights, steps: Steps, scales: Scales, limit: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(channels, candidates) float64, twice: of each channel the sums of ``error^2`` and of
    ``error = w - values * scale`` that each candidate would make.

    steps, scales: (channels, candidates).
    """
    squares, sums = np.zeros((2, *steps.shape))
    for part in _blocks(*weights.shape):
        for candidate in range(steps.shape[1]):
            of_channel = (part[1], candidate, np.newaxis)
            values = _rounded(weights[part], steps[of_channel], limit).astype(np.int8)
            error = weights[part].astype(np.float64) - values * scales[of_channel]
            squares[part[1], candidate] += (error * error).sum(axis=(0, 2))
            sums[part[1], candidate] += error.sum(axis=(0, 2))
    return squares, sums


def _rounded(weights: Weights, step: Steps, limit: int) -> NDArray[np.float64]:
    exact = weights / step
    np.clip(exact, -limit, limit, out=exact)
    rounded: NDArray[np.float64] = np.trunc(exact)
    exact -= rounded
    exact *= 2
    rounded += np.trunc(exact, out=exact)
    return rounded


def _blocks(outer: int, channels: int, inner: int) -> Iterator[tuple[slice, slice]]:
    """The parts by which weights are gone through."""
    outer_step = max(1, _BLOCK // (channels * inner))
    channel_step = max(1, _BLOCK // inner)
    for i in range(0, outer, outer_step):
        for j in range(0, channels, channel_step):
            yield slice(i, i + outer_step), slice(j, j + channel_step)

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

    To compare is to be fast: errors are float32, and values are the nearest to ``w`` times the
    inverse of the step in float32, halves to even.
    steps, scales: (channels, candidates).
    """
    candidates = steps.shape[1]
    squares, sums = np.zeros((2, candidates, len(steps)))
    inverses = inverses_of(steps).T[:, np.newaxis, :, np.newaxis]
    factors = scales.T[:, np.newaxis, :, np.newaxis]
    outer, channels, inner = weights.shape
    for part in _blocks(outer, channels, inner * candidates):
        made = weights[part] * inverses[:, :, part[1]]
        np.rint(np.clip(made, -limit, limit, out=made), out=made)
        made *= factors[:, :, part[1]]
        error = np.subtract(weights[part], made, out=made).astype(np.float64)
        sums[:, part[1]] += error.sum(axis=(1, 3))
        squares[:, part[1]] += np.square(error, out=error).sum(axis=(1, 3))
    return squares.T, sums.T


def best_steps(weights: Weights, steps: Steps, limit: int, mean: float) -> NDArray[np.int64]:
    """(channels,): the number of each channel's candidate with the least ``sum(error^2) +
    mean * sum(error)^2``, the first of equals.

    steps: (channels, candidates); scales are the same in float32.
    """
    return least(*errors_of_steps(weights, steps, steps.astype(np.float32), limit), mean)


def least(squares: Steps, sums: Steps, mean: float) -> NDArray[np.int64]:
    """(channels,): the number of the least of (channels, candidates)."""
    numbers: NDArray[np.int64] = np.argmin(squares + mean * sums**2, axis=1)
    return numbers


def inverses_of(steps: Steps) -> NDArray[np.float32]:
    """float32: by which steps are compared."""
    return np.reciprocal(steps).astype(np.float32)


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

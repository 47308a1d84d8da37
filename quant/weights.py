"""Symmetric int8 quantization of a weight, as the TFLite converter does it.

Narrow range [-127, 127] and zero point 0: -128 gives wrong signs in LiteRT's x86 kernels.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.errors import WeightError
from quant.recipe import keep_float_line
from quant.sqnr import energies, ratio_db

INT8_MAX = 127
LARGEST = np.finfo(np.float32).max
SMALLEST_SCALE = float(np.finfo(np.float32).tiny)
"""The least normal float32: XNNPACK refuses a model with a smaller scale, or 0."""
ZERO_CHANNEL_SCALE = float(np.float32(5e-7 / INT8_MAX))
"""Of a channel whose every weight becomes 0: the converter's, which takes half of its 1e-6 as
the range. Unlike the converter we give it to no other channel: small weights keep their bits.
"""
_BLOCK = 1 << 20
"""Elements quantized at a time: bounds the float64 scratch."""


@dataclass(frozen=True)
class QuantizedWeight:
    """values: int8 of the weight's shape; scale: (1,) or (channels,) float32, normal and > 0;
    sqnr_db: of the dequantized values against the weight."""

    values: NDArray[np.int8]
    scale: NDArray[np.float32]
    sqnr_db: float


def quantize_weight(weight: NDArray[Any], axis: int | None, name: str) -> QuantizedWeight:
    """The float32 ``weight`` as int8: per-channel along ``axis``, per-tensor if it is None.

    ``step = max|w| / 127`` and ``q = round(w / step)``, halves away from zero, in float64;
    the scale is ``float32(step)`` (MLIR's ``UniformQuantizedValueConverter``: the integers
    equal the converter's). Raises WeightError, with ``name``, if a weight is NaN or Inf, or
    the largest float32, which is what TensorFlow's converter makes of Inf.
    """
    channels = weight.reshape(_outer_channels_inner(weight.shape, axis))
    largest = np.maximum(channels.max(axis=(0, 2)), -channels.min(axis=(0, 2)))
    if not np.all(largest < LARGEST):
        raise _not_finite(weight, name)
    step, scale = _steps(largest)
    values = np.empty(channels.shape, np.int8)
    signal = noise = 0.0
    for part in _blocks(channels.shape):
        values[part] = _round_half_away(channels[part] / step[part[1], None])
        restored = values[part] * scale[part[1], None]
        part_signal, part_noise = energies(channels[part], restored)
        signal, noise = signal + part_signal, noise + part_noise
    return QuantizedWeight(values.reshape(weight.shape), scale, ratio_db(signal, noise))


def _outer_channels_inner(shape: tuple[int, ...], axis: int | None) -> tuple[int, int, int]:
    if axis is None:
        return math.prod(shape), 1, 1
    return math.prod(shape[:axis]), shape[axis], math.prod(shape[axis + 1 :])


def _steps(largest: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Of each channel the float64 step and the float32 scale that stands for it."""
    step = largest.astype(np.float64) / INT8_MAX
    step[step < SMALLEST_SCALE] = ZERO_CHANNEL_SCALE
    return step, step.astype(np.float32)


def _round_half_away(x: NDArray[np.float64]) -> NDArray[np.float64]:
    whole = np.trunc(x)
    rounded: NDArray[np.float64] = whole + np.trunc(2.0 * (x - whole))
    return rounded


def _blocks(shape: tuple[int, int, int]) -> Iterator[tuple[slice, slice]]:
    """The parts of ``(outer, channels, inner)`` by which it is gone through."""
    outer, channels, inner = shape
    outer_step = max(1, _BLOCK // (channels * inner))
    channel_step = max(1, _BLOCK // inner)
    for i in range(0, outer, outer_step):
        for j in range(0, channels, channel_step):
            yield slice(i, i + outer_step), slice(j, j + channel_step)


def _not_finite(weight: NDArray[Any], name: str) -> WeightError:
    bad = ~(np.abs(weight) < LARGEST)
    nans = int(np.isnan(weight).sum())
    first = tuple(int(i) for i in np.argwhere(bad)[0])
    return WeightError(
        f"Weight '{name}' cannot be quantized: {nans} NaN and {int(bad.sum()) - nans} Inf among "
        f"{weight.size} elements, the first at index {first}.",
        f"Repair the model, whose training diverged, or keep the weight: {keep_float_line(name)}.",
    )

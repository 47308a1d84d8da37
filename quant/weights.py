"""A weight as it is stored: symmetric integers with scales, as the TFLite converter makes them,
or float16.

Integers have a narrow range, [-127, 127] or [-7, 7], and zero point 0: -128 and -8 give wrong
signs in LiteRT's x86 kernels.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.constant import constant_bytes, stored_bytes
from kernels.errors import WeightError
from kernels.mapped_memory import release
from quant.channels import largest_magnitudes, round_to_nearest
from quant.clipping import MIN_MAX, clipped_steps
from quant.recipe import keep_float_line
from quant.spill import Spill
from quant.sqnr import energies, ratio_db

INT8_MAX, INT4_MAX = 127, 7
LARGEST_INTEGER: Mapping[str, int] = MappingProxyType({"INT8": INT8_MAX, "INT4": INT4_MAX})
"""Tensor type -> the largest integer that is used."""
LARGEST = np.finfo(np.float32).max
LARGEST_HALF = float(np.finfo(np.float16).max)
SMALLEST_SCALE = float(np.finfo(np.float32).tiny)
"""The least normal float32: XNNPACK refuses a model with a smaller scale, or 0."""
SMALLEST_BLOCK_SCALE = float(np.finfo(np.float16).tiny)
"""The least normal float16: scales of blocks are float16, and 0 is refused by XNNPACK."""
ZERO_CHANNEL_SCALE = float(np.float32(5e-7 / INT8_MAX))
"""Of a channel whose every weight becomes 0: the converter's, which takes half of its 1e-6 as
the range. Unlike the converter we give it to no other channel: small weights keep their bits.
"""
_BLOCK = 1 << 20
"""Elements that become float16 at a time: bounds the scratch."""
_SLAB = 1 << 19
"""Weights of several channels that are quantized at a time."""


@dataclass(frozen=True)
class Encoding:
    """``type`` is the tensor type in the file: INT8, INT4 or FLOAT16. ``axis`` is the dimension of
    the scales, None for one scale; ``block_size``, unless 0, says that every so many values along
    the last dimension share one."""

    type: str
    axis: int | None = None
    block_size: int = 0

    @property
    def is_integer(self) -> bool:
        """Whether it has scales."""
        return self.type in LARGEST_INTEGER

    @property
    def granularity(self) -> str | None:
        """``per-tensor``, ``per-channel`` or ``blockwise``; None where there are no scales."""
        if not self.is_integer:
            return None
        if self.block_size:
            return "blockwise"
        return "per-tensor" if self.axis is None else "per-channel"


@dataclass(frozen=True)
class StoredWeight:
    """values: int8 or float16, of the weight's shape; scale: (1,) or (channels,) float32, normal
    and > 0, or (..., blocks) float32 that float16 holds, or empty for float16 values; sqnr_db: of
    the restored values against the weight."""

    encoding: Encoding
    values: NDArray[Any]
    scale: NDArray[np.float32]
    sqnr_db: float

    @property
    def stored_bytes(self) -> int:
        """Those of its buffer."""
        size = stored_bytes(self.encoding.type, self.values.shape)
        assert size is not None
        return size

    def buffer(self) -> bytes | memoryview:
        """What the file stores of the values: a view of them where it is the same."""
        if self.values.nbytes != self.stored_bytes:
            return constant_bytes(self.values, self.encoding.type)
        return self.values.reshape(-1).view(np.uint8).data.toreadonly()

    def restored(self) -> NDArray[np.float32]:
        """What a runtime makes of them: float32 of the weight's shape."""
        if not self.encoding.is_integer:
            return self.values.astype(np.float32)
        channels = self.values.reshape(outer_channels_inner(self.values.shape, self.encoding))
        real: NDArray[np.float32] = channels * self.scale.reshape(-1)[:, np.newaxis]
        return real.reshape(self.values.shape)

    def kept(self, spill: Spill) -> StoredWeight:
        """The same, with the values in the spill."""
        return replace(self, values=spill.keep_array(self.values))


def store_weight(
    weight: NDArray[Any],
    encoding: Encoding,
    name: str,
    clipping: str = MIN_MAX,
    compiled: bool = False,
) -> StoredWeight:
    """The float32 ``weight`` in that encoding, rounded to nearest, clipped so (``CLIPPINGS``);
    ``compiled`` as in ``quant.channels``.

    Raises WeightError, with ``name``, if a weight is NaN or Inf, or the largest float32, which
    is what TensorFlow's converter makes of Inf.
    """
    if not encoding.is_integer:
        return _halved(weight, encoding, name)
    channels = weight.reshape(outer_channels_inner(weight.shape, encoding))
    values, step = np.empty(channels.shape, np.int8), np.empty(channels.shape[1])
    signal = noise = 0.0
    for part in _parts(*channels.shape):
        found = _rounded(channels[:, part], encoding, clipping, values[:, part], compiled)
        if found is None:
            raise _not_finite(weight, name)
        step[part], part_signal, part_noise = found
        signal, noise = signal + part_signal, noise + part_noise
    scale = step.astype(np.float32)
    if encoding.block_size:
        scale = scale.reshape(*weight.shape[:-1], -1)
    return StoredWeight(encoding, values.reshape(weight.shape), scale, ratio_db(signal, noise))


def _parts(outer: int, channels: int, inner: int) -> Iterator[slice]:
    """Channels that are quantized at a time, while they are in the cache and their pages in memory;
    all of them where a channel's weights do not lie one after the other."""
    count = max(1, _SLAB // inner) if outer == 1 else channels
    for start in range(0, channels, count):
        yield slice(start, start + count)


def _rounded(
    channels: NDArray[np.float32],
    encoding: Encoding,
    clipping: str,
    values: NDArray[np.int8],
    compiled: bool,
) -> tuple[NDArray[np.float64], float, float] | None:
    """The steps of channels, and the sums of ``round_to_nearest``, which writes the values; None
    if a weight is not finite. Lets go of the channels' pages."""
    largest = largest_magnitudes(channels, compiled)
    if not np.all(largest < LARGEST):
        return None
    limit, steps_of = LARGEST_INTEGER[encoding.type], partial(_steps, encoding=encoding)
    step = clipped_steps(channels, largest, limit, clipping, steps_of, compiled)
    scale = step.astype(np.float32)
    signal, noise = round_to_nearest(channels, step, scale, limit, values, compiled)
    release(channels)
    return step, signal, noise


def outer_channels_inner(shape: tuple[int, ...], encoding: Encoding) -> tuple[int, int, int]:
    """The shape of the weight with what shares a scale in the first and last dimension."""
    axis, size = encoding.axis, encoding.block_size
    if size:
        return 1, math.prod(shape) // size, size
    if axis is None:
        return math.prod(shape), 1, 1
    return math.prod(shape[:axis]), shape[axis], math.prod(shape[axis + 1 :])


def storable_steps(steps: NDArray[np.float64], encoding: Encoding) -> NDArray[np.float64]:
    """The steps as scales of the encoding hold them."""
    stored = _steps(steps * LARGEST_INTEGER[encoding.type], encoding)
    return stored.astype(np.float32).astype(np.float64)


def _steps(largest: NDArray[np.float64], encoding: Encoding) -> NDArray[np.float64]:
    """The steps for ranges: what a runtime takes as scales."""
    step = largest / LARGEST_INTEGER[encoding.type]
    if encoding.block_size:
        # The step is what float16 holds: integers are of the scale that the runtime reads.
        return np.maximum(step, SMALLEST_BLOCK_SCALE).astype(np.float16).astype(np.float64)
    small = step < SMALLEST_SCALE
    if small.any():
        step[small] = ZERO_CHANNEL_SCALE
    return step


def store_in_steps(
    weight: NDArray[Any], encoding: Encoding, step: NDArray[np.float64]
) -> StoredWeight:
    """The finite ``weight`` rounded to the nearest of those steps, one for each channel."""
    channels = weight.reshape(outer_channels_inner(weight.shape, encoding))
    values, scale = np.empty(channels.shape, np.int8), step.astype(np.float32)
    sums = round_to_nearest(channels, step, scale, LARGEST_INTEGER[encoding.type], values)
    return StoredWeight(encoding, values.reshape(weight.shape), scale, ratio_db(*sums))


def _halved(weight: NDArray[Any], encoding: Encoding, name: str) -> StoredWeight:
    """As float16; what is beyond its range becomes its largest, as the converter does."""
    values = np.empty(weight.shape, np.float16)
    signal = noise = 0.0
    flat, halves = weight.reshape(-1), values.reshape(-1)
    for start in range(0, weight.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        if not np.all(np.abs(flat[block]) < LARGEST):
            raise _not_finite(weight, name)
        halves[block] = np.clip(flat[block], -LARGEST_HALF, LARGEST_HALF)
        part_signal, part_noise = energies(flat[block], halves[block].astype(np.float32))
        signal, noise = signal + part_signal, noise + part_noise
        release(flat[block])
    return StoredWeight(encoding, values, np.empty(0, np.float32), ratio_db(signal, noise))


def _not_finite(weight: NDArray[Any], name: str) -> WeightError:
    bad = ~(np.abs(weight) < LARGEST)
    nans = int(np.isnan(weight).sum())
    first = tuple(int(i) for i in np.argwhere(bad)[0])
    return WeightError(
        f"Weight '{name}' cannot be quantized: {nans} NaN and {int(bad.sum()) - nans} Inf among "
        f"{weight.size} elements, the first at index {first}.",
        f"Repair the model, whose training diverged, or keep the weight: {keep_float_line(name)}.",
    )

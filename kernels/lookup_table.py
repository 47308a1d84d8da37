"""Functions of quantized integers as tables: of all 256 bytes, or of 513 places of an int16
between which it is interpolated.

Source: ``LUTPopulate`` and ``LUTLookup`` of ``tflite/kernels/internal/common.h`` of
google-ai-edge/LiteRT, ``src/reference/unary-elementwise.cc`` of google/XNNPACK.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kernels.node import Array
from kernels.per_tensor import PerTensor

Function = Callable[[Array], Array]
"""From real numbers to real numbers, in the float type of its argument."""

BYTES = 256
STEPS = 512
"""Into which the range of int16 is divided."""
STEP_BITS = 7
HALF = 0.5
FAR = np.float32(1 << 20)
"""Beyond all codes."""


def round_half_away(x: Array) -> Array:
    """Equals ``TfLiteRound``, C's ``round``."""
    rounded: Array = np.trunc(x)
    away: Array = rounded + np.copysign(np.abs(x - rounded) >= HALF, x).astype(x.dtype)
    return away


def byte_table(function: Function, x: PerTensor, out: PerTensor) -> Array:
    """TFLite's: (256,) of the output's type, at the byte's unsigned value."""
    real = function(x.dequantized(_bytes(x)))
    return out.stored(_rounded(real * (np.float32(1) / out.scale)))


def xnnpack_byte_table(function: Function, x: PerTensor, out: PerTensor) -> Array:
    """XNNPACK's, which adds the zero point before it rounds."""
    real = function(x.dequantized(_bytes(x)))
    codes = real * (np.float32(1) / out.scale) + np.float32(out.zero_point)
    return out.stored(_rounded(codes) - out.zero_point)


def _bytes(x: PerTensor) -> Array:
    return np.arange(BYTES, dtype=np.uint8).view(x.dtype)


def _rounded(steps: Array) -> Array:
    """To int64, infinite ones too."""
    return round_half_away(np.clip(steps, -FAR, FAR)).astype(np.int64)


def look_up_bytes(table: Array, q: Array) -> Array:
    """The table's entry for every byte."""
    return np.take(table, q.view(np.uint8))


def int16_table(
    function: Function,
    x_range: tuple[float, float],
    out_range: tuple[float, float],
    dtype: type[np.floating] = np.float32,
) -> Array:
    """(513,) int64: the function at every STEPS-th part of ``x_range``, its error in between
    spread. ``out_range`` is what int16 stands for; ``dtype`` is that of the arithmetic."""
    low, high = map(dtype, x_range)
    step = (high - low) / dtype(STEPS)
    scale = dtype(1 << 16) / (dtype(out_range[1]) - dtype(out_range[0]))
    places = low + np.arange(STEPS, dtype=dtype) * step
    next_places = low + np.arange(1, STEPS + 1, dtype=dtype) * step
    sample = round_half_away(function(places) * scale)
    straight = round_half_away((function(next_places) * scale + sample) / dtype(2))
    middle = round_half_away(function(places + step / dtype(2)) * scale)
    bias = round_half_away((straight - middle) / dtype(2))
    last = round_half_away(function(np.array([high], dtype)) * scale)
    limits = np.iinfo(np.int16)
    entries: Array = np.concatenate([sample - bias, last])
    return np.clip(entries, limits.min, limits.max).astype(np.int64)


def tensor_table(function: Function, x: PerTensor, out: PerTensor) -> Array:
    """``int16_table`` over all that two int16 tensors stand for."""
    return int16_table(function, _real_range(x), _real_range(out))


def _real_range(tensor: PerTensor) -> tuple[float, float]:
    low, high = tensor.dequantized(np.array(tensor.limits, np.int64))
    return low, high


def look_up_int16(table: Array, q: Array) -> Array:
    """Interpolated between the table's entries, int64."""
    q = q.astype(np.int64)
    place = (q >> STEP_BITS) + STEPS // 2
    slope = np.take(table, place + 1) - np.take(table, place)
    offset = q & (1 << STEP_BITS) - 1
    interpolated: Array = np.take(table, place) + (
        (slope * offset + (1 << STEP_BITS - 1)) >> STEP_BITS
    )
    return interpolated


def tabulated(
    function: Function, x: PerTensor, out: PerTensor, xnnpack: bool = False
) -> Callable[[Array], Array]:
    """The function of quantized arrays, by the table that their type asks for."""
    if x.dtype == np.int16:
        table = tensor_table(function, x, out)
        return lambda q: look_up_int16(table, q).astype(out.dtype)
    make = xnnpack_byte_table if xnnpack else byte_table
    table = make(function, x, out)
    return lambda q: look_up_bytes(table, q)

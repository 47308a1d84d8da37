"""RESIZE_BILINEAR of quantized images (N, H, W, C): weights are fixed-point numbers.

Source: ``tflite/kernels/internal/reference/resize_bilinear.h`` of google-ai-edge/LiteRT;
``src/indirection.c`` and ``src/s8-ibilinear`` of google/XNNPACK.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from kernels import xnnpack_integers
from kernels.node import Array, Node
from kernels.requantization import rounding_divide_by_pot

f32 = np.float32
ROWS, COLUMNS = 1, 2
BITS, XNNPACK_BITS = 10, 11
"""Of the fraction in a weight."""


@dataclass(frozen=True)
class Places:
    """Where every pixel of the result lies between two pixels of the input, along an axis.

    low, high: their numbers; weight: of the second, in steps of 2**-bits.
    """

    low: Array
    high: Array
    weight: Array
    bits: int

    def between(self, x: Array, axis: int) -> Array:
        """x interpolated along the axis, times 2**bits."""
        weight = np.expand_dims(self.weight, tuple(range(1, x.ndim - axis)))
        low, high = np.take(x, self.low, axis), np.take(x, self.high, axis)
        return np.asarray(low * ((1 << self.bits) - weight) + high * weight)


Place = Callable[[int, int], Places]
"""From the sizes of an axis in the input and the result."""


def interpolation(node: Node) -> Callable[[Array, int, int], Array]:
    """The function of an image, the height and the width of the result that resizes it.

    TFLite's own kernel for uint8 computes in float32.
    """
    taken = xnnpack_integers.takes_types(node) and node.operand(1).constant is not None
    if not taken and node.operand(0).tensor.type == "UINT8":
        return _float_interpolation(node.options)
    place = xnnpack_places(node.options) if taken else _places(node.options)
    rounded = _half_up if taken else rounding_divide_by_pot

    def resize(x: Array, height: int, width: int) -> Array:
        rows, columns = place(x.shape[ROWS], height), place(x.shape[COLUMNS], width)
        across = columns.between(rows.between(x.astype(np.int64), ROWS), COLUMNS)
        return rounded(across, rows.bits + columns.bits).astype(x.dtype)

    return resize


def _float_interpolation(options: SimpleNamespace) -> Callable[[Array, int, int], Array]:
    def resize(x: Array, height: int, width: int) -> Array:
        top, bottom, down = _float_places(options, x.shape[ROWS], height)
        left, right, across = _float_places(options, x.shape[COLUMNS], width)
        down, across = down[:, np.newaxis, np.newaxis], across[:, np.newaxis]
        up, back = f32(1) - down, f32(1) - across

        def corner(rows: Array, columns: Array) -> Array:
            return x[:, rows][:, :, columns].astype(np.float32)

        mean = corner(top, left) * up * back + corner(bottom, left) * down * back
        mean = mean + corner(top, right) * up * across + corner(bottom, right) * down * across
        return np.asarray(mean + f32(0.5), x.dtype)

    return resize


def _float_places(options: SimpleNamespace, length: int, result: int) -> tuple[Array, Array, Array]:
    """The pixels before and after, and the weight of the one after."""
    corners = int(options.align_corners and result > 1)
    scale = f32(length - corners) / f32(result - corners)
    offset = f32(0.5) if options.half_pixel_centers else f32(0)
    at = (np.arange(result, dtype=np.float32) + offset) * scale - offset
    low = np.maximum(np.floor(at).astype(np.int64), 0)
    high = np.minimum(np.ceil(at).astype(np.int64), length - 1)
    return low, high, at - low.astype(np.float32)


def _half_up(x: Array, bits: int) -> Array:
    rounded: Array = (x + (1 << bits - 1)) >> bits
    return rounded


def _places(options: SimpleNamespace) -> Place:
    """As TFLite: the scale in fixed point too."""

    def place(length: int, result: int) -> Places:
        corners = int(options.align_corners and result > 1)
        steps, one = result - corners, 1 << BITS
        scale = (one * (length - corners) + steps // 2) // steps
        at = np.arange(result) * scale
        if options.half_pixel_centers:
            at = at + scale // 2 - one // 2
        low = np.maximum(_truncated(at, BITS), 0)
        high = np.minimum(_truncated(at + one - 1, BITS), length - 1)
        return Places(low, high, at - (low << BITS), BITS)

    return place


def _truncated(x: Array, bits: int) -> Array:
    return np.where(x < 0, -(-x >> bits), x >> bits)


def xnnpack_places(options: SimpleNamespace) -> Place:
    """As XNNPACK: the weights alone are in fixed point."""

    def place(length: int, result: int) -> Places:
        corners = int(options.align_corners and result > 1)
        scale = f32(length - corners) / f32(result - corners)
        offset = f32(0.5) * scale - f32(0.5) if options.half_pixel_centers else f32(0)
        at = np.clip(np.arange(result, dtype=np.float32) * scale + offset, f32(0), f32(length - 1))
        low = at.astype(np.int64)
        high = np.minimum(low + 1, length - 1)
        weight = np.rint((at - low.astype(np.float32)) * f32(1 << XNNPACK_BITS))
        return Places(low, high, weight.astype(np.int64), XNNPACK_BITS)

    return place

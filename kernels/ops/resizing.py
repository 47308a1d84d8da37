"""Images (N, H, W, C) in another size: RESIZE_BILINEAR, RESIZE_NEAREST_NEIGHBOR.

Source: ``tflite/kernels/internal/reference/{resize_bilinear,resize_nearest_neighbor}.h`` of
google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from kernels.affine import require_one_quantization
from kernels.element_types import FLOAT, QUANTIZED, is_quantized, require_type
from kernels.errors import InputError
from kernels.node import XNNPACK, Array, Node, Run
from kernels.ops.quantized_resizing import interpolation
from kernels.stencil import IMAGE_RANK

_HALF = np.float32(0.5)
_ROWS, _COLUMNS = 1, 2


@dataclass(frozen=True)
class Grid:
    """Where the pixels of the result lie in the input."""

    align_corners: bool
    offset: np.float32
    """Of a pixel's centre from its corner, where the model counts from corners."""

    @classmethod
    def of(cls, options: SimpleNamespace) -> Grid:
        """What the options of either operator say."""
        return cls(bool(options.align_corners), _HALF * np.float32(options.half_pixel_centers))

    def centres(self, length: int, result: int) -> Array:
        """The place of every pixel of the result, in pixels of the input: (result,) float32."""
        steps = np.arange(result, dtype=np.float32) + self.offset
        return np.asarray(steps * self._scale(length, result))

    def clamped(self, length: int, result: int) -> Array:
        """The same less the offset, within the input, in the order of XNNPACK."""
        scale = self._scale(length, result)
        places = np.arange(result, dtype=np.float32) * scale + (self.offset * scale - self.offset)
        return np.asarray(np.clip(places, np.float32(0), np.float32(length - 1)))

    def _scale(self, length: int, result: int) -> np.float32:
        corners = self.align_corners and result > 1
        return np.float32(np.float32(length - corners) / np.float32(result - corners))

    def nearest(self, length: int, result: int) -> Array:
        """The pixel of the input that every pixel of the result takes."""
        places = self.centres(length, result)
        rounded = np.floor(places + _HALF) if self.align_corners else np.floor(places)
        return np.clip(rounded.astype(np.int64), 0, length - 1)


@dataclass(frozen=True)
class Between:
    """Of every pixel of the result, along one axis: the pixels of the input below and above it,
    and how far it is from the first, (result,) float32."""

    below: Array
    above: Array
    weight: Array


def _reference_between(grid: Grid, length: int, result: int) -> Between:
    """Places outside of the input have a weight beyond 0 and 1, of two pixels that are one."""
    places = grid.centres(length, result) - grid.offset
    below = np.maximum(np.floor(places).astype(np.int64), 0)
    above = np.minimum(np.ceil(places).astype(np.int64), length - 1)
    return Between(below, above, places - below.astype(np.float32))


def xnnpack_between(grid: Grid, length: int, result: int) -> Between:
    """As XNNPACK's src/indirection.c has them."""
    places = grid.clamped(length, result)
    below = places.astype(np.int64)
    above = np.minimum(below + 1, length - 1)
    return Between(below, above, places - below.astype(np.float32))


@dataclass(frozen=True)
class _Corners:
    """The four neighbours of every pixel of the result: (N, H, W, C) each."""

    upper_left: Array
    upper_right: Array
    lower_left: Array
    lower_right: Array

    @classmethod
    def of(cls, x: Array, rows: Between, columns: Between) -> _Corners:
        upper, lower = (np.take(x, index, _ROWS) for index in (rows.below, rows.above))
        return cls(
            *(
                np.take(part, index, _COLUMNS)
                for part in (upper, lower)
                for index in (columns.below, columns.above)
            )
        )


def _reference_mean(corners: _Corners, down: Array, right: Array) -> Array:
    """tflite/kernels/internal/reference/resize_bilinear.h."""
    up, left = 1 - down, 1 - right
    mean: Array = (
        corners.upper_left * up * left
        + corners.lower_left * down * left
        + corners.upper_right * up * right
        + corners.lower_right * down * right
    )
    return mean


def _xnnpack_mean(corners: _Corners, down: Array, right: Array) -> Array:
    """XNNPACK's f32-ibilinear, which is without fma on x86."""
    upper = corners.upper_left + (corners.upper_right - corners.upper_left) * right
    lower = corners.lower_left + (corners.lower_right - corners.lower_left) * right
    mean: Array = upper + (lower - upper) * down
    return mean


def resize_bilinear(node: Node) -> Run:
    """Every pixel is the mean of its four neighbours, weighted by how near they are."""
    require_type(node, (*FLOAT, *QUANTIZED))
    require_one_quantization((node.operand(0), node.outputs[0]))
    resize = interpolation(node) if is_quantized(node) else _float_interpolation(node)

    def run(x: Array, size: Array) -> tuple[Array, ...]:
        return (resize(x, *new_size(node, x.shape, x.itemsize, size)),)

    return run


def _float_interpolation(node: Node) -> Callable[[Array, int, int], Array]:
    grid = Grid.of(node.options)
    xnnpack = node.numerics == XNNPACK
    between = xnnpack_between if xnnpack else _reference_between
    mean = _xnnpack_mean if xnnpack else _reference_mean

    def interpolate(x: Array, height: int, width: int) -> Array:
        rows = between(grid, x.shape[_ROWS], height)
        columns = between(grid, x.shape[_COLUMNS], width)
        corners = _Corners.of(x, rows, columns)
        return mean(corners, rows.weight[:, np.newaxis, np.newaxis], columns.weight[:, np.newaxis])

    return interpolate


def resize_nearest_neighbor(node: Node) -> Run:
    """Every pixel is the one nearest to it."""
    grid = Grid.of(node.options)

    def run(x: Array, size: Array) -> tuple[Array, ...]:
        height, width = new_size(node, x.shape, x.itemsize, size)
        rows = np.take(x, grid.nearest(x.shape[_ROWS], height), _ROWS)
        return (np.take(rows, grid.nearest(x.shape[_COLUMNS], width), _COLUMNS),)

    return run


def new_size(node: Node, shape: Sequence[int], itemsize: int, size: Array) -> tuple[int, int]:
    """Rows and columns of the result for images of that shape. Raises InputError if they cannot
    be, or are beyond a limit."""
    sizes = np.ravel(size).tolist()
    if len(shape) != IMAGE_RANK or len(sizes) != 2 or min(sizes) < 1 or 0 in shape[1:3]:
        raise InputError(
            f"{node.name} of a tensor {tuple(shape)} to {sizes}.",
            f"It takes images of rank {IMAGE_RANK} with pixels, and makes at least one of each.",
        )
    node.limits.check_size((shape[0], *sizes, shape[3]), itemsize)
    return sizes[0], sizes[1]

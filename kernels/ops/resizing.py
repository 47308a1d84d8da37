"""Images (N, H, W, C) in another size: RESIZE_BILINEAR, RESIZE_NEAREST_NEIGHBOR.

Source: ``tflite/kernels/internal/reference/{resize_bilinear,resize_nearest_neighbor}.h`` of
google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from kernels.affine import require_one_quantization
from kernels.element_types import FLOAT, QUANTIZED, is_quantized, require_type
from kernels.errors import InputError
from kernels.node import Array, Node, Run
from kernels.ops.quantized_resizing import interpolation
from kernels.stencil import IMAGE_RANK

_HALF = np.float32(0.5)
_ROWS, _COLUMNS = 1, 2


@dataclass(frozen=True)
class _Grid:
    """Where the pixels of the result lie in the input."""

    align_corners: bool
    offset: np.float32
    """Of a pixel's centre from its corner, where the model counts from corners."""

    @classmethod
    def of(cls, options: SimpleNamespace) -> _Grid:
        return cls(bool(options.align_corners), _HALF * np.float32(options.half_pixel_centers))

    def centres(self, length: int, result: int) -> Array:
        """The place of every pixel of the result, in pixels of the input: (result,) float32."""
        corners = self.align_corners and result > 1
        scale = np.float32(length - corners) / np.float32(result - corners)
        return np.asarray((np.arange(result, dtype=np.float32) + self.offset) * scale)

    def nearest(self, length: int, result: int) -> Array:
        """The pixel of the input that every pixel of the result takes."""
        places = self.centres(length, result)
        rounded = np.floor(places + _HALF) if self.align_corners else np.floor(places)
        return np.clip(rounded.astype(np.int64), 0, length - 1)

    def interpolate(self, x: Array, axis: int, result: int) -> Array:
        """x resized along an axis, linear between its elements; beyond the ends, the ends."""
        positions = self.centres(x.shape[axis], result) - self.offset
        below = np.maximum(np.floor(positions).astype(np.int64), 0)
        above = np.minimum(np.ceil(positions).astype(np.int64), x.shape[axis] - 1)
        fraction = positions - below.astype(np.float32)
        weight = np.expand_dims(fraction, tuple(range(1, x.ndim - axis)))
        return np.asarray(np.take(x, below, axis) * (1 - weight) + np.take(x, above, axis) * weight)


def resize_bilinear(node: Node) -> Run:
    """Every pixel is the mean of its four neighbours, weighted by how near they are."""
    require_type(node, (*FLOAT, *QUANTIZED))
    require_one_quantization((node.operand(0), node.outputs[0]))
    resize = interpolation(node) if is_quantized(node) else _float_interpolation(node)

    def run(x: Array, size: Array) -> tuple[Array, ...]:
        return (resize(x, *_new_size(node, x, size)),)

    return run


def _float_interpolation(node: Node) -> Callable[[Array, int, int], Array]:
    grid = _Grid.of(node.options)
    return lambda x, height, width: grid.interpolate(
        grid.interpolate(x, _ROWS, height), _COLUMNS, width
    )


def resize_nearest_neighbor(node: Node) -> Run:
    """Every pixel is the one nearest to it."""
    grid = _Grid.of(node.options)

    def run(x: Array, size: Array) -> tuple[Array, ...]:
        height, width = _new_size(node, x, size)
        rows = np.take(x, grid.nearest(x.shape[_ROWS], height), _ROWS)
        return (np.take(rows, grid.nearest(x.shape[_COLUMNS], width), _COLUMNS),)

    return run


def _new_size(node: Node, x: Array, size: Array) -> tuple[int, int]:
    sizes = np.ravel(size).tolist()
    if x.ndim != IMAGE_RANK or len(sizes) != 2 or min(sizes) < 1 or 0 in x.shape[1:3]:
        raise InputError(
            f"{node.name} of a tensor {x.shape} to {sizes}.",
            f"It takes images of rank {IMAGE_RANK} with pixels, and makes at least one of each.",
        )
    node.limits.check_size((x.shape[0], *sizes, x.shape[3]), x.dtype.itemsize)
    return sizes[0], sizes[1]

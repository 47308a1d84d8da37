"""Pooling over windows of an image (N, H, W, C): AVERAGE_POOL_2D, MAX_POOL_2D, L2_POOL_2D.

Padding never counts: it is no element of an average and never the maximum.
Source: ``tflite/kernels/pooling.cc`` and ``internal/reference/pooling.h`` of
google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from itertools import product

import numpy as np

from kernels.activation import fused_clamp
from kernels.element_types import FLOAT, require_type
from kernels.errors import InputError
from kernels.node import Array, Node, Prepare, Run
from kernels.stencil import IMAGE_RANK, Stencil
from kernels.window import Window

_NO_DILATION = (1, 1)


def _pooling(pool: Callable[[Array, Stencil], Array]) -> Prepare:
    def prepare(node: Node) -> Run:
        require_type(node, FLOAT)
        options = node.options
        size = (options.filter_height, options.filter_width)
        stride = (options.stride_h, options.stride_w)
        stencil = Stencil(size, stride, _NO_DILATION, options.padding)
        activation = fused_clamp(options.fused_activation_function)

        def run(x: Array) -> tuple[Array, ...]:
            return (activation(pool(_image(x), stencil)),)

        return run

    return prepare


def _image(x: Array) -> Array:
    if x.ndim != IMAGE_RANK:
        raise InputError(
            f"Pooling takes images of rank {IMAGE_RANK}, not a tensor {x.shape}.",
            "Check the input's shape.",
        )
    return x


def _under_each_tap(x: Array, stencil: Stencil, padding: float) -> Iterator[Array]:
    """For every tap of the window the elements under it: (N, OH, OW, C)."""
    rows, columns = stencil.place(x)
    widths = ((0, 0), (rows.before, rows.after), (columns.before, columns.after), (0, 0))
    padded = np.pad(x, widths, constant_values=padding)
    for row, column in product(*map(range, stencil.size)):
        down = _every(row, rows.positions, stencil.stride[0])
        across = _every(column, columns.positions, stencil.stride[1])
        yield padded[:, down, across]


def _every(first: int, count: int, stride: int) -> slice:
    return slice(first, first + (count - 1) * stride + 1, stride) if count > 0 else slice(0)


def _counts(x: Array, stencil: Stencil) -> Array:
    """How many elements of x each window covers: (OH, OW, 1) float32."""
    rows, columns = stencil.place(x)
    down = _covered(rows, x.shape[1], stencil.size[0], stencil.stride[0])
    across = _covered(columns, x.shape[2], stencil.size[1], stencil.stride[1])
    return (down[:, None] * across)[:, :, None].astype(np.float32)


def _covered(window: Window, length: int, size: int, stride: int) -> Array:
    first = np.arange(window.positions) * stride - window.before
    return np.minimum(first + size, length) - np.maximum(first, 0)


def _average(x: Array, stencil: Stencil) -> Array:
    return reduce(np.add, _under_each_tap(x, stencil, 0)) / _counts(x, stencil)


def _maximum(x: Array, stencil: Stencil) -> Array:
    return reduce(np.maximum, _under_each_tap(x, stencil, -np.inf))


def _root_mean_square(x: Array, stencil: Stencil) -> Array:
    return np.sqrt(_average(np.square(x), stencil))


average_pool = _pooling(_average)
max_pool = _pooling(_maximum)
l2_pool = _pooling(_root_mean_square)

"""Pooling over windows of an image (N, H, W, C): AVERAGE_POOL_2D, MAX_POOL_2D, L2_POOL_2D.

Padding never counts: it is no element of an average and never the maximum.
Source: ``tflite/kernels/pooling.cc`` and ``internal/reference/pooling.h`` of
google-ai-edge/LiteRT, src/f32-avgpool of google/XNNPACK.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from itertools import product
from operator import le

import numpy as np

from kernels import xnnpack_integers
from kernels.activation import Activation, fused_clamp
from kernels.affine import require_one_quantization
from kernels.element_types import FLOAT, QUANTIZED, is_quantized, require_type
from kernels.errors import InputError
from kernels.node import REFERENCE, XNNPACK, Array, Node, Prepare, Run
from kernels.per_tensor import PerTensor
from kernels.stencil import IMAGE_RANK, Stencil
from kernels.window import Window

TILE = 9
"""Taps that XNNPACK's f32-avgpool adds at a time."""

_NO_DILATION = (1, 1)


Pool = Callable[[Array, Stencil], Array]


def _pooling(
    choose: Callable[[Node, Stencil], Pool],
    types: tuple[str, ...] = (*FLOAT, *QUANTIZED),
    delegated: bool = False,
) -> Prepare:
    """``choose``: from node and windows to the function that pools. ``delegated``: XNNPACK
    takes bytes as well, and rounds an activation's bounds its way."""

    def prepare(node: Node) -> Run:
        require_type(node, types)
        stencil = stencil_of(node)
        pool = choose(node, stencil)
        activation = _activation(node, delegated)

        def run(x: Array) -> tuple[Array, ...]:
            return (activation(pool(_image(x), stencil)),)

        return run

    return prepare


def stencil_of(node: Node) -> Stencil:
    """The window of Pool2DOptions."""
    options = node.options
    size = (options.filter_height, options.filter_width)
    return Stencil(size, (options.stride_h, options.stride_w), _NO_DILATION, options.padding)


def _activation(node: Node, delegated: bool) -> Activation:
    if not is_quantized(node):
        return fused_clamp(node.options.fused_activation_function)
    low, high = integer_bounds(node, delegated)
    return lambda x: np.clip(x, x.dtype.type(low), x.dtype.type(high))


def integer_bounds(node: Node, delegated: bool) -> tuple[int, int]:
    """What the fused activation of a quantized node clamps to; ``delegated`` as above.

    Raises UnsupportedOperatorError for an output of another quantization, ModelError for an
    activation that is no clamp.
    """
    code = node.options.fused_activation_function
    require_one_quantization((node.operand(0), node.outputs[0]))
    out = PerTensor.of(node.outputs[0].tensor)
    if delegated and xnnpack_integers.takes_types(node):
        return xnnpack_integers.activation_bounds(out, code)
    return out.activation_bounds(code)


def _image(x: Array) -> Array:
    if x.ndim != IMAGE_RANK:
        raise InputError(
            f"Pooling takes images of rank {IMAGE_RANK}, not a tensor {x.shape}.",
            "Check the input's shape.",
        )
    return x


def _under_each_tap(x: Array, stencil: Stencil, padding: float) -> Iterator[Array]:
    """For every tap of the window, row by row, the elements under it: (N, OH, OW, C)."""
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


def _choose_average(node: Node, stencil: Stencil) -> Pool:
    """XNNPACK takes no window that skips elements between it and the next."""
    if is_quantized(node):
        return _integer_average
    tiled = node.numerics == XNNPACK and overlaps(stencil)
    return _tiled_average if tiled else _average


def overlaps(stencil: Stencil) -> bool:
    """Whether windows skip no elements between them."""
    return all(map(le, stencil.stride, stencil.size))


def _integer_average(x: Array, stencil: Stencil) -> Array:
    """Halves are rounded away from zero."""
    sums = _sum(x.astype(np.int64), stencil)
    counts = _counts(x, stencil).astype(np.int64)
    magnitudes = (np.abs(sums) + counts // 2) // counts
    return np.asarray(np.sign(sums) * magnitudes, x.dtype)


def _average(x: Array, stencil: Stencil) -> Array:
    """Tap by tap, as TFLite's kernels add."""
    return _sum(x, stencil) / _counts(x, stencil)


def _sum(x: Array, stencil: Stencil) -> Array:
    return reduce(np.add, _under_each_tap(x, stencil, 0))


def _tiled_average(x: Array, stencil: Stencil) -> Array:
    """TILE taps at a time, column by column, as XNNPACK adds."""
    taps = list(_under_each_tap(x, stencil, 0))
    width = stencil.size[1]
    by_columns = [tap for column in range(width) for tap in taps[column::width]]
    starts = range(0, len(taps), TILE)
    total = reduce(np.add, (_sum_of_tile(by_columns[start : start + TILE]) for start in starts))
    return total * _reciprocal_counts(x, stencil)


def _sum_of_tile(taps: list[Array]) -> Array:
    """The sum of up to TILE taps; what is missing is zero."""
    missing: list[Array] = [np.zeros((), np.float32)] * (TILE - len(taps))
    a, b, c, d, e, f, g, h, i = taps + missing
    total: Array = ((c + d) + (e + f)) + (((a + b) + i) + (g + h))
    return total


def _reciprocal_counts(x: Array, stencil: Stencil) -> Array:
    return np.reciprocal(_counts(x, stencil))


def _maximum(x: Array, stencil: Stencil) -> Array:
    least = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    return reduce(np.maximum, _under_each_tap(x, stencil, least))


def _choose_root_mean_square(node: Node, stencil: Stencil) -> Pool:
    return _root_mean_square if node.numerics == REFERENCE else _optimized_root_mean_square


def _root_mean_square(x: Array, stencil: Stencil) -> Array:
    return np.sqrt(_average(np.square(x), stencil))


def _optimized_root_mean_square(x: Array, stencil: Stencil) -> Array:
    """XNNPACK has none: TFLite's own (internal/optimized/optimized_ops.h, L2Pool)."""
    root: Array = np.sqrt(_sum(np.square(x), stencil) * _reciprocal_counts(x, stencil))
    return root


average_pool = _pooling(_choose_average)
max_pool = _pooling(lambda node, stencil: _maximum, delegated=True)
l2_pool = _pooling(_choose_root_mean_square, FLOAT)

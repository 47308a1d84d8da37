"""What an operator is about to cost, from its options and the shapes it is given.

An upper bound that needs no clock: multiply-adds, and the elements of the largest array that
the operator makes on its way. Most operators are linear in what they read and make; those that
are not, or make more than they read, have a function here, which ``kernels.operators`` names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from kernels.node import Array, Node, Run
from kernels.stencil import IMAGE_RANK
from kernels.window import SAME, Window, place_window

STEP = 10_000
"""Operations that take about as long as one turn of a loop in Python."""
ELEMENT_BYTES = 4
VOLUME_RANK = 5
"""Volumes are (N, D, H, W, C). For other ranks the kernel has the better error."""
LOCATION_ELEMENTS = 64
"""Elements that take as much memory as the Python objects of one place of a window."""


@dataclass(frozen=True)
class Cost:
    """``operations``: multiply-adds; ``elements``: of the largest array; ``turns`` of a loop in
    Python; ``moved``: elements that are copied, compared or the like, as often as they are."""

    operations: int = 0
    elements: int = 0
    turns: int = 0
    moved: int = 0

    @property
    def spent(self) -> int:
        """The operations that are counted for it."""
        return self.operations + self.moved + self.turns * STEP


CostOf = Callable[..., Cost]
"""From the node and its inputs, as ``run`` gets them, to the cost."""


def metered(node: Node, run: Run, cost: CostOf | None) -> Run:
    """``run``, counted in ``node.state.meter`` before and after, so that nothing beyond the
    limits is begun."""
    meter = node.state.meter

    def metered_run(*operands: Array | None) -> tuple[Array, ...]:
        meter.spend(STEP + _elements(operands))
        if cost is not None:
            expected = cost(node, *operands)
            meter.spend(expected.spent)
            node.limits.check_size((expected.elements,), ELEMENT_BYTES)
        results = run(*operands)
        meter.spend(_elements(results))
        return results

    return metered_run


def expected_cost(
    node: Node, cost: CostOf | None, operands: Sequence[Array | None], results: Sequence[Array]
) -> int:
    """The operations that ``metered`` counts for operands and results of these shapes.

    Raises ModelError if the operator makes too large an array on its way.
    """
    spent = STEP + _elements(operands) + _elements(results)
    if cost is None:
        return spent
    expected = cost(node, *operands)
    node.limits.check_size((expected.elements,), ELEMENT_BYTES)
    return spent + expected.spent


def _elements(values: Sequence[Any]) -> int:
    return sum(np.size(value) for value in values if value is not None)


def convolution(node: Node, x: Array, filters: Array, *_: Any) -> Cost:
    """CONV_2D, DEPTHWISE_CONV_2D: x (N, H, W, C), filters (O or 1, KH, KW, C or O)."""
    options = node.options
    _, height, width, depth = filters.shape
    made, padded = _windows(
        x,
        (height, width),
        (options.stride_h, options.stride_w),
        (options.dilation_h_factor, options.dilation_w_factor),
        options.padding,
    )
    channels = max(len(filters), depth)
    widest = made[-1] * height * width * x.shape[3]
    repeated = -(-depth // max(1, x.shape[3]))
    return Cost(
        prod(made) * filters.size,
        max(padded * max(1, repeated), prod(made) * channels, widest),
        turns=len(x) * height * width,
    )


def pooling(node: Node, x: Array) -> Cost:
    """AVERAGE_POOL_2D and its kin: each tap is a pass over the output."""
    if x.ndim != IMAGE_RANK:
        return Cost(0)
    options = node.options
    size = (options.filter_height, options.filter_width)
    stride = (options.stride_h, options.stride_w)
    made, padded = _windows(x, size, stride, (1, 1), options.padding)
    taps = prod(size)
    return Cost(
        elements=max(padded, prod(made) * x.shape[3], taps * LOCATION_ELEMENTS),
        turns=taps,
        moved=taps * prod(made) * x.shape[3],
    )


def _windows(
    x: Array,
    size: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int],
    padding: int,
) -> tuple[tuple[int, int, int], int]:
    """(N, OH, OW), and the elements of x with its padding."""
    n, *lengths, channels = x.shape
    rows, columns = (
        place_window(length, size[i], stride[i], padding, dilation[i])
        for i, length in enumerate(lengths)
    )
    padded = [
        window.before + length + window.after
        for window, length in zip((rows, columns), lengths, strict=True)
    ]
    return (n, rows.positions, columns.positions), n * prod(padded) * channels


def transpose_convolution(node: Node, shape: Array, filters: Array, x: Array, *_: Any) -> Cost:
    """Each input pixel times the filter (O, KH, KW, C), on a canvas with its padding."""
    options = node.options
    outputs, *size, _channels = filters.shape
    stride = (options.stride_h, options.stride_w)
    canvas = [
        max((length - 1) * stride[i] + size[i], _padding(made, size[i], stride[i], options) + made)
        for i, (length, made) in enumerate(zip(x.shape[1:3], shape.tolist()[1:3], strict=True))
    ]
    pixels = prod(x.shape[:3])
    return Cost(
        pixels * filters.size,
        max(len(x) * prod(canvas) * outputs, pixels * outputs),
        turns=prod(size),
    )


def _padding(made: int, size: int, stride: int, options: Any) -> int:
    return place_window(made, size, stride, SAME).before if options.padding == SAME else 0


def volume_convolution(node: Node, x: Array, filters: Array, *_: Any) -> Cost:
    """CONV_3D: x (N, D, H, W, I) by the filter (KD, KH, KW, I, O), a pass for each tap and
    input channel."""
    if not x.ndim == filters.ndim == VOLUME_RANK:
        return Cost(0)
    windows = _volume_windows(node.options, x.shape[1:-1], filters.shape[:3])
    places = len(x) * prod(window.positions for window in windows)
    padded = [w.before + n + w.after for w, n in zip(windows, x.shape[1:-1], strict=True)]
    passes = prod(filters.shape[:-1])
    return Cost(
        passes * places * filters.shape[-1],
        max(len(x) * prod(padded) * x.shape[-1], places * filters.shape[-1]),
        turns=passes,
    )


def volume_transpose(node: Node, shape: Array, filters: Array, x: Array, *_: Any) -> Cost:
    """CONV_3D_TRANSPOSE: the same from its output, of ``shape``."""
    if not x.ndim == filters.ndim == shape.size == VOLUME_RANK:
        return Cost(0)
    lengths = shape.ravel().tolist()[1:-1]
    windows = _volume_windows(node.options, lengths, filters.shape[:3])
    padded = [w.before + n + w.after for w, n in zip(windows, lengths, strict=True)]
    passes = prod(filters.shape[:3]) * filters.shape[-1]
    return Cost(
        passes * prod(x.shape[:-1]) * filters.shape[3],
        max(len(x) * prod(padded), prod(x.shape[:-1])) * filters.shape[3],
        turns=passes,
    )


def _volume_windows(
    options: Any, lengths: Sequence[int], sizes: Sequence[int]
) -> tuple[Window, ...]:
    strides = (options.stride_d, options.stride_h, options.stride_w)
    dilations = (options.dilation_d_factor, options.dilation_h_factor, options.dilation_w_factor)
    return tuple(
        place_window(length, size, stride, options.padding, dilation)
        for length, size, stride, dilation in zip(lengths, sizes, strides, dilations, strict=True)
    )


def reduce_window(node: Node, x: Array, initial: Array, shape: Array, *_: Any) -> Cost:
    """REDUCE_WINDOW: each tap of a window that fits is a pass over the result."""
    sizes = np.ravel(shape).tolist()
    if any(size > length for size, length in zip(sizes, x.shape, strict=False)):
        return Cost(0)
    return Cost(elements=x.size, turns=prod(sizes), moved=prod(sizes) * x.size)


def fully_connected(node: Node, x: Array, weights: Array, *_: Any) -> Cost:
    """Rows of x by weights (n, k)."""
    rows = x.size // max(1, weights.shape[-1])
    return Cost(x.size * len(weights), rows * len(weights))


def batch_matmul(node: Node, left: Array, right: Array) -> Cost:
    """(..., m, k) by (..., k, n), of which ``adj_x`` and ``adj_y`` store the transposed."""
    batch = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    rows, depth = left.shape[-2:][:: -1 if node.options.adj_x else 1]
    columns = right.shape[-2:][0 if node.options.adj_y else 1]
    made = prod(batch) * rows * columns
    return Cost(made * depth, made, turns=prod(batch))


def recurrent(node: Node, x: Array, *operands: Array | None) -> Cost:
    """Every row of x by every weight, step by step."""
    rows = prod(x.shape[:-1])
    weights = [value for value in operands if value is not None and value.ndim > 1]
    widest = max((max(value.shape) for value in weights), default=0)
    largest = max((value.size for value in weights), default=0)
    return Cost(
        rows * sum(value.size for value in weights),
        max(rows * widest, largest, x.size),
        turns=rows,
    )


def local_response(node: Node, x: Array) -> Cost:
    """LOCAL_RESPONSE_NORMALIZATION: every channel by its neighbours."""
    neighbours = 2 * min(max(node.options.radius, 0), x.shape[-1]) + 1
    return Cost(neighbours * x.size, turns=neighbours)


def gather(node: Node, x: Array, indices: Array) -> Cost:
    """GATHER: for every index, what lies along the other axes."""
    shortest = min((size for size in x.shape if size), default=1)
    return _moved(indices.size * (x.size // shortest))


def gather_nd(node: Node, x: Array, indices: Array) -> Cost:
    """GATHER_ND: for every index, the dimensions that it does not name."""
    depth = indices.shape[-1] if indices.ndim else 0
    return _moved(prod(indices.shape[:-1]) * prod(x.shape[depth:]))


def embedding_lookup(node: Node, ids: Array, table: Array) -> Cost:
    """EMBEDDING_LOOKUP: for every id, a row."""
    return _moved(ids.size * prod(table.shape[1:]))


def select(node: Node, condition: Array, x: Array, y: Array) -> Cost:
    """SELECT, where a vector of conditions chooses whole rows."""
    shape = condition.shape
    if condition.ndim == 1 and x.ndim > 1:
        shape = (len(condition), *[1] * (x.ndim - 1))
    return _moved(prod(np.broadcast_shapes(shape, x.shape, y.shape)))


def joined(node: Node, *operands: Array) -> Cost:
    """CONCATENATION, PACK, where one tensor may be read several times."""
    return _moved(_elements(operands))


def sorting(node: Node, x: Array, *_: Any) -> Cost:
    """TOPK_V2 and others that sort rows."""
    return Cost(elements=2 * x.size, moved=x.size * max(1, x.size.bit_length()))


def suppression(node: Node, boxes: Array, *_: Any) -> Cost:
    """NON_MAX_SUPPRESSION: every box with all others, in turns of a loop."""
    count = len(boxes)
    return Cost(elements=boxes.size, turns=count, moved=count * (boxes.size + count))


def hashing(node: Node, seeds: Array, x: Array, *_: Any) -> Cost:
    """LSH_PROJECTION: every row with every seed."""
    turns = seeds.size * (1 + prod(x.shape[:1]))
    return Cost(turns=turns, moved=seeds.size * x.size)


def one_by_one(node: Node, x: Array, *_: Any) -> Cost:
    """Operators that take the elements of the first input in turns of a loop."""
    return Cost(turns=x.size)


def _moved(elements: int) -> Cost:
    return Cost(elements=elements, moved=elements)

"""New tensors: FILL, RANGE, ZEROS_LIKE, ONE_HOT.

Source: ``tflite/kernels/{fill,range,zeros_like,one_hot}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.axes import resolve_axis
from kernels.element_types import NUMBERS, require_one_type
from kernels.errors import InputError
from kernels.node import Array, Node, Run

_LAST = -1


def fill(node: Node) -> Run:
    """A tensor of the given shape, all of one value."""

    def run(shape: Array, value: Array) -> tuple[Array, ...]:
        sizes = tuple(np.ravel(shape).tolist())
        node.limits.check_size(sizes, value.dtype.itemsize)
        return (np.full(sizes, value, value.dtype),)

    return run


def sequence(node: Node) -> Run:
    """RANGE: start, start + delta, ... up to limit without it, each the sum of the one before
    and delta, as TFLite rounds it."""
    require_one_type(node, NUMBERS)

    def run(start: Array, limit: Array, delta: Array) -> tuple[Array, ...]:
        count = _sequence_length(start.item(), limit.item(), delta.item())
        node.limits.check_size((count,), start.dtype.itemsize)
        steps = np.full(count, delta, start.dtype)
        steps[:1] = start
        return (np.add.accumulate(steps, dtype=start.dtype),)

    return run


def _sequence_length(start: float, limit: float, delta: float) -> int:
    distance = limit - start
    if delta == 0 or distance * delta < 0 or not np.isfinite(distance / delta):
        raise InputError(
            f"RANGE from {start} to {limit} by {delta} does not end.",
            "Check the input that the bounds come from.",
        )
    if isinstance(start, int):
        return -int(-distance // delta)
    return int(np.ceil(np.float32(distance) / np.float32(delta)))


def zeros_like(node: Node) -> Run:
    """Zeros in the shape and type of x."""

    def run(x: Array) -> tuple[Array, ...]:
        return (np.zeros_like(x),)

    return run


def one_hot(node: Node) -> Run:
    """A new axis of ``depth``: ``on`` at the index, ``off`` elsewhere and for indices outside."""
    axis_option = node.options.axis

    def run(indices: Array, depth: Array, on: Array, off: Array) -> tuple[Array, ...]:
        count, rank = depth.item(), indices.ndim + 1
        axis = rank - 1 if axis_option == _LAST else resolve_axis(axis_option, rank)
        sizes = (*indices.shape[:axis], count, *indices.shape[axis:])
        node.limits.check_size(sizes, on.dtype.itemsize)
        places = np.arange(count).reshape([count if i == axis else 1 for i in range(rank)])
        return (np.where(np.expand_dims(indices, axis) == places, on, off),)

    return run

"""Parts of a tensor: SLICE, SPLIT, SPLIT_V, UNPACK, DYNAMIC_UPDATE_SLICE.

Source: ``tflite/kernels/{slice,split,split_v,unpack,dynamic_update_slice}.cc`` of
google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.axes import resolve_axis
from kernels.errors import InputError
from kernels.node import Array, Node, Run

_REST = -1


def slice_of(node: Node) -> Run:
    """From ``begin``, ``size`` elements of every dimension; size -1 is all that follow."""

    def run(x: Array, begin: Array, size: Array) -> tuple[Array, ...]:
        starts, sizes = np.ravel(begin).tolist(), np.ravel(size).tolist()
        if not len(starts) == len(sizes) == x.ndim:
            raise _does_not_fit(starts, sizes, x)
        stops = [
            whole if count == _REST else start + count
            for start, count, whole in zip(starts, sizes, x.shape, strict=True)
        ]
        bounds = zip(starts, stops, x.shape, strict=True)
        if not all(0 <= start <= stop <= whole for start, stop, whole in bounds):
            raise _does_not_fit(starts, sizes, x)
        return (x[tuple(map(slice, starts, stops))],)

    return run


def _does_not_fit(starts: list[int], sizes: list[int], x: Array) -> InputError:
    return InputError(
        f"SLICE from {starts} of size {sizes} does not lie within a tensor {x.shape}.",
        "Check the input's shape; the model may be made for one size only.",
    )


def split(node: Node) -> Run:
    """Equal parts along an axis, one for each output."""
    count = len(node.outputs)

    def run(axis: Array, x: Array) -> tuple[Array, ...]:
        resolved = resolve_axis(axis.item(), x.ndim)
        if x.shape[resolved] % count:
            raise InputError(
                f"SPLIT of axis {resolved} of a tensor {x.shape} into {count} equal parts.",
                "Give the model an input whose size is a multiple.",
            )
        return tuple(np.split(x, count, resolved))

    return run


def split_by_sizes(node: Node) -> Run:
    """Parts of the given sizes along an axis; one size may be -1, what is left."""
    count = len(node.outputs)

    def run(x: Array, sizes: Array, axis: Array) -> tuple[Array, ...]:
        resolved = resolve_axis(axis.item(), x.ndim)
        parts = _part_sizes(np.ravel(sizes).tolist(), x.shape[resolved])
        if len(parts) != count or min(parts) < 0 or sum(parts) != x.shape[resolved]:
            raise InputError(
                f"SPLIT_V of axis {resolved} of a tensor {x.shape} into {count} parts of sizes "
                f"{parts}.",
                "The sizes must add up to that of the axis.",
            )
        return tuple(np.split(x, np.cumsum(parts)[:-1], resolved))

    return run


def _part_sizes(sizes: list[int], whole: int) -> list[int]:
    if sizes.count(_REST) != 1:
        return sizes
    rest = whole - (sum(sizes) - _REST)
    return [rest if size == _REST else size for size in sizes]


def unpack(node: Node) -> Run:
    """The parts of size 1 along an axis, without that axis."""
    axis, count = node.options.axis, len(node.outputs)

    def run(x: Array) -> tuple[Array, ...]:
        along = np.moveaxis(x, resolve_axis(axis, x.ndim), 0)
        if len(along) != count:
            raise InputError(
                f"UNPACK of axis {axis} of a tensor {x.shape} into {count} outputs.",
                "The model may be made for one size only.",
            )
        return tuple(along)

    return run


def dynamic_update_slice(node: Node) -> Run:
    """x with ``update`` written at ``start``, moved so far that it fits."""

    def run(x: Array, update: Array, start: Array) -> tuple[Array, ...]:
        starts = np.ravel(start).tolist()
        if not len(starts) == update.ndim == x.ndim or np.any(np.greater(update.shape, x.shape)):
            raise InputError(
                f"DYNAMIC_UPDATE_SLICE of a tensor {update.shape} at {starts} into one {x.shape}.",
                "The update has the rank of the tensor and is nowhere larger.",
            )
        sizes = zip(starts, update.shape, x.shape, strict=True)
        moved = [(min(max(at, 0), whole - size), size) for at, size, whole in sizes]
        result = x.copy()
        result[tuple(slice(at, at + size) for at, size in moved)] = update
        return (result,)

    return run

"""Repeating elements: BROADCAST_TO, TILE; and the shape of a broadcast: BROADCAST_ARGS.

Source: ``tflite/kernels/{broadcast_to,tile,broadcast_args}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.errors import InputError
from kernels.node import Array, Node, Run


def broadcast_to(node: Node) -> Run:
    """x in a larger shape, by NumPy's rules."""

    def run(x: Array, shape: Array) -> tuple[Array, ...]:
        sizes = tuple(np.ravel(shape).tolist())
        node.limits.check_size(sizes, x.dtype.itemsize)
        return (np.broadcast_to(x, sizes),)

    return run


def broadcast_args(node: Node) -> Run:
    """The shape to which two shapes broadcast."""

    def run(shape: Array, other: Array) -> tuple[Array, ...]:
        sizes = np.broadcast_shapes(tuple(shape.tolist()), tuple(other.tolist()))
        return (np.array(sizes, dtype=shape.dtype),)

    return run


def tile(node: Node) -> Run:
    """x so many times along every dimension."""

    def run(x: Array, multiples: Array) -> tuple[Array, ...]:
        times = np.ravel(multiples).tolist()
        if len(times) != x.ndim or min(times, default=0) < 0:
            raise InputError(
                f"TILE of a tensor {x.shape} by {times}.",
                "There is one multiple, at least 0, for every dimension.",
            )
        sizes = zip(x.shape, times, strict=True)
        node.limits.check_size(tuple(size * count for size, count in sizes), x.dtype.itemsize)
        return (np.tile(x, times),)

    return run

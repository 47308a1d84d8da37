"""Elements by index: GATHER, GATHER_ND, SCATTER_ND.

An index outside of the tensor is an error, as in TFLite, also a negative one.
Source: ``tflite/kernels/{gather,gather_nd,scatter_nd}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from math import prod

import numpy as np

from kernels.axes import resolve_axis
from kernels.errors import InputError
from kernels.node import Array, Node, Run


def gather(node: Node) -> Run:
    """The slices of an axis that the indices name; the first ``batch_dims`` dimensions of x
    and of the indices go together."""
    axis_option, batch_option = node.options.axis, node.options.batch_dims

    def run(x: Array, indices: Array) -> tuple[Array, ...]:
        axis = resolve_axis(axis_option, x.ndim)
        batch = resolve_axis(batch_option, indices.ndim + 1)
        if batch > axis or x.shape[:batch] != indices.shape[:batch]:
            raise InputError(
                f"GATHER along axis {axis} of a tensor {x.shape} by indices {indices.shape} "
                f"with {batch} batch dimensions.",
                "The batch dimensions come before the axis and are the same in both.",
            )
        _require_within(indices, x.shape[axis])
        if batch == 0:
            return (np.take(x, indices, axis),)
        return (_gather_batched(x, indices, axis, batch),)

    return run


def _gather_batched(x: Array, indices: Array, axis: int, batch: int) -> Array:
    """x: (batch.., outer.., n, inner..), indices: (batch.., m..).

    Returns (batch.., outer.., m.., inner..).
    """
    batches, outer, inner = x.shape[:batch], x.shape[batch:axis], x.shape[axis + 1 :]
    flat = x.reshape(prod(batches), prod(outer), x.shape[axis], prod(inner))
    rows = indices.reshape(prod(batches), 1, prod(indices.shape[batch:]), 1)
    gathered = np.take_along_axis(flat, rows, axis=2)
    return gathered.reshape(*batches, *outer, *indices.shape[batch:], *inner)


def gather_nd(node: Node) -> Run:
    """The last dimension of the indices holds one index for each leading dimension of x."""

    def run(x: Array, indices: Array) -> tuple[Array, ...]:
        return (x[_coordinates(indices, x.shape)],)

    return run


def scatter_nd(node: Node) -> Run:
    """Zeros of the given shape with the updates added at the indices, repeated ones too."""

    def run(indices: Array, updates: Array, shape: Array) -> tuple[Array, ...]:
        sizes = tuple(np.ravel(shape).tolist())
        node.limits.check_size(sizes, updates.dtype.itemsize)
        result = np.zeros(sizes, updates.dtype)
        np.add.at(result, _coordinates(indices, sizes), updates)
        return (result,)

    return run


def _coordinates(indices: Array, shape: tuple[int, ...]) -> tuple[Array, ...]:
    """The indices of each dimension. Raises InputError if one lies outside of ``shape``."""
    depth = indices.shape[-1] if indices.ndim else 0
    if depth == 0 or depth > len(shape):
        raise InputError(
            f"Indices {indices.shape} name {depth} dimensions of a tensor {shape}.",
            "Their last dimension is at least 1 and at most the rank of the tensor.",
        )
    for dimension, size in enumerate(shape[:depth]):
        _require_within(indices[..., dimension], size)
    return tuple(np.moveaxis(indices, -1, 0))


def _require_within(indices: Array, size: int) -> None:
    outside = indices[(indices < 0) | (indices >= size)]
    if outside.size:
        raise InputError(
            f"Index {outside.flat[0]} is not between 0 and {size - 1}.",
            "Check the input that the indices come from.",
        )

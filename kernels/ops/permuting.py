"""The same elements in another order: TRANSPOSE, REVERSE_V2, REVERSE_SEQUENCE.

Source: ``tflite/kernels/{transpose,reverse,reverse_sequence}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.axes import resolve_axes, resolve_axis
from kernels.errors import InputError
from kernels.node import Array, Node, Run


def transpose(node: Node) -> Run:
    """Dimension i of the result is dimension ``permutation[i]`` of x."""

    def run(x: Array, permutation: Array) -> tuple[Array, ...]:
        order = tuple(resolve_axis(axis, x.ndim) for axis in np.ravel(permutation).tolist())
        if sorted(order) != list(range(x.ndim)):
            raise InputError(
                f"TRANSPOSE of a tensor {x.shape} by {order}, which is no permutation of its axes.",
                "The file may be damaged: convert the model again.",
            )
        return (np.transpose(x, order),)

    return run


def reverse(node: Node) -> Run:
    """Flipped along the axes that the second input gives."""

    def run(x: Array, axes: Array) -> tuple[Array, ...]:
        return (np.flip(x, resolve_axes(axes, x.ndim)),)

    return run


def reverse_sequence(node: Node) -> Run:
    """The first ``lengths[b]`` elements of the sequence axis reversed, for each b of the batch
    axis."""
    sequence_option, batch_option = node.options.seq_dim, node.options.batch_dim

    def run(x: Array, lengths: Array) -> tuple[Array, ...]:
        sequence, batch = (resolve_axis(axis, x.ndim) for axis in (sequence_option, batch_option))
        size = x.shape[sequence]
        outside = ((lengths < 0) | (lengths > size)).any()
        if sequence == batch or lengths.shape != (x.shape[batch],) or outside:
            raise InputError(
                f"REVERSE_SEQUENCE of {lengths.tolist()} elements along axis {sequence} of a "
                f"tensor {x.shape} with batch axis {batch}.",
                "Each batch has one length, at most as many as there are; the axes differ.",
            )
        places, ends = np.arange(size), lengths.astype(np.int64)[:, np.newaxis]
        order = np.where(places < ends, ends - 1 - places, places)
        rows = np.moveaxis(x, (batch, sequence), (0, 1))
        index = order.reshape(*order.shape, *[1] * (x.ndim - 2))
        reversed_rows = np.take_along_axis(rows, index, axis=1)
        return (np.moveaxis(reversed_rows, (0, 1), (batch, sequence)),)

    return run

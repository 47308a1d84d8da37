"""Dense tensors of few values: SPARSE_TO_DENSE, DENSIFY.

Source: ``tflite/kernels/{sparse_to_dense,densify}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.element_types import require_type
from kernels.errors import InputError
from kernels.node import Array, Node, Run

TYPES = ("FLOAT32", "INT8", "INT32", "INT64", "UINT8")
INDEX_RANKS = range(3)
MATRIX_RANK = 2


def sparse_to_dense(node: Node) -> Run:
    """The default everywhere but at the indices, which hold the values, later ones winning.

    Indices: (n, rank), or (n,) or () into one dimension; values: (n,) or ().
    """
    require_type(node, TYPES, position=2)

    def run(indices: Array, shape: Array, values: Array, default: Array) -> tuple[Array, ...]:
        sizes = tuple(np.ravel(shape).tolist())
        node.limits.check_size(sizes, values.itemsize)
        rows = indices if indices.ndim == MATRIX_RANK else indices.reshape(-1, 1)
        if indices.ndim not in INDEX_RANKS or rows.shape[1] != len(sizes):
            raise InputError(
                f"Indices {indices.shape} into a tensor {sizes}.",
                "There is one number in a row for each dimension.",
            )
        if ((rows < 0) | (rows >= sizes)).any() or values.shape not in ((), rows.shape[:1]):
            raise InputError(
                f"Indices {rows.tolist()} and values {values.shape} for a tensor {sizes}.",
                "Indices lie within, and there is one value, or one for each.",
            )
        dense = np.full(sizes, default.item(), values.dtype)
        dense[tuple(rows.T)] = values
        return (dense,)

    return run


def densify(node: Node) -> Run:
    """A sparse constant as it is: ``kernels.constant`` has made it dense."""

    def run(x: Array) -> tuple[Array, ...]:
        return (x,)

    return run

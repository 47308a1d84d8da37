"""Matrices by their diagonal: MATRIX_DIAG, MATRIX_SET_DIAG.

Source: ``tflite/kernels/{matrix_diag,matrix_set_diag}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.element_types import require_one_type, require_type
from kernels.errors import InputError
from kernels.node import Array, Node, Run

TYPES = ("FLOAT32", "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT32")
MATRIX_RANK = 2


def matrix_diag(node: Node) -> Run:
    """x: (.., n) to (.., n, n), zero beside the diagonal."""
    require_type(node, TYPES)

    def run(x: Array) -> tuple[Array, ...]:
        if x.ndim == 0:
            raise InputError("MATRIX_DIAG of a scalar.", "A diagonal has a dimension.")
        shape = (*x.shape, x.shape[-1])
        node.limits.check_size(shape, x.itemsize)
        return (_with_diagonal(np.zeros(shape, x.dtype), x),)

    return run


def matrix_set_diag(node: Node) -> Run:
    """x: (.., m, n) with the diagonal (.., min(m, n)) replaced."""
    require_one_type(node, TYPES)

    def run(x: Array, diagonal: Array) -> tuple[Array, ...]:
        expected = (*x.shape[:-MATRIX_RANK], min(x.shape[-MATRIX_RANK:], default=0))
        if x.ndim < MATRIX_RANK or diagonal.shape != expected:
            raise InputError(
                f"MATRIX_SET_DIAG of a tensor {x.shape} with a diagonal {diagonal.shape}.",
                "The diagonal of tensors (.., m, n) is (.., min(m, n)).",
            )
        return (_with_diagonal(x.copy(), diagonal),)

    return run


def _with_diagonal(matrices: Array, diagonal: Array) -> Array:
    places = np.arange(diagonal.shape[-1])
    matrices[..., places, places] = diagonal
    return matrices

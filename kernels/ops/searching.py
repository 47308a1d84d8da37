"""Where values are: BUCKETIZE, UNIQUE.

Source: ``tflite/kernels/{bucketize,unique}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.constant import DTYPES
from kernels.element_types import require_type
from kernels.errors import InputError, ModelError
from kernels.node import Array, Node, Run

BUCKET_TYPES = ("FLOAT32", "FLOAT64", "INT32", "INT64")
UNIQUE_TYPES = ("FLOAT32", "INT8", "INT16", "INT32", "INT64", "UINT8")


def bucketize(node: Node) -> Run:
    """How many of the boundaries are at most x; integers are compared as float32. NaN is
    beyond all of them."""
    require_type(node, BUCKET_TYPES)
    given = node.options.boundaries
    boundaries = np.asarray([] if given is None else given, np.float32)
    if np.any(boundaries[1:] < boundaries[:-1]):
        raise ModelError(
            f"The boundaries {boundaries.tolist()} do not ascend.", "The file may be damaged."
        )

    def run(x: Array) -> tuple[Array, ...]:
        values = x if x.dtype == np.float64 else x.astype(np.float32)
        return (np.searchsorted(boundaries, values, side="right").astype(np.int32),)

    return run


def unique(node: Node) -> Run:
    """The distinct values of x (n,) as they first occur, and for each element which it is.

    Every NaN is a value of its own.
    """
    require_type(node, UNIQUE_TYPES)
    index_dtype = DTYPES[node.outputs[1].tensor.type]

    def run(x: Array) -> tuple[Array, ...]:
        if x.ndim != 1:
            raise InputError(f"UNIQUE of a tensor {x.shape}.", "It takes one dimension.")
        _, first, which = np.unique(x, return_index=True, return_inverse=True, equal_nan=False)
        order = np.argsort(first)
        return x[first[order]], np.argsort(order)[which].astype(index_dtype)

    return run

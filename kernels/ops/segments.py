"""Rows reduced by segment: SEGMENT_SUM and UNSORTED_SEGMENT_MAX, _MIN, _PROD, _SUM.

Rows are added in their order. Integers wrap.
Source: ``tflite/kernels/{segment_sum,unsorted_segment}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kernels.element_types import require_type
from kernels.errors import InputError
from kernels.node import Array, Node, Prepare, Run

TYPES = ("FLOAT32", "INT32")


def segment_sum(node: Node) -> Run:
    """x: (n, ..), ids: (n,) that begin with 0 and ascend in steps of 1; result (last + 1, ..)."""
    require_type(node, TYPES)

    def run(x: Array, ids: Array) -> tuple[Array, ...]:
        steps = np.diff(ids.astype(np.int64), prepend=0)
        if ids.ndim != 1 or ids.shape != x.shape[:1] or ((steps < 0) | (steps > 1)).any():
            raise InputError(
                f"SEGMENT_SUM of a tensor {x.shape} by segments {ids.tolist()}.",
                "There is one for each row; they begin with 0 and ascend in steps of 1.",
            )
        if ids.size and ids[0] != 0:
            raise InputError(f"The first segment is {ids[0]}.", "Segments begin with 0.")
        sums = np.zeros((int(ids[-1]) + 1 if ids.size else 0, *x.shape[1:]), x.dtype)
        np.add.at(sums, ids, x)
        return (sums,)

    return run


def _unsorted(reduce: np.ufunc, first: Callable[[np.dtype], float]) -> Prepare:
    """A kernel that starts each segment with ``first`` of the type.

    x: (ids.shape.., ..); result (number of segments, ..). Rows of a negative segment are
    left out.
    """

    def prepare(node: Node) -> Run:
        require_type(node, TYPES)

        def run(x: Array, ids: Array, segments: Array) -> tuple[Array, ...]:
            count = segments.item()
            if x.shape[: ids.ndim] != ids.shape or (ids >= count).any() or count < 0:
                raise InputError(
                    f"{node.name} of a tensor {x.shape} by segments {ids.shape} up to "
                    f"{ids.max(initial=0)}, of {count}.",
                    "There is one below the number of segments for each row.",
                )
            rest = x.shape[ids.ndim :]
            node.limits.check_size((count, *rest), x.itemsize)
            result = np.full((count, *rest), first(x.dtype), x.dtype)
            reduce.at(result, ids[ids >= 0], x[ids >= 0])
            return (result,)

        return run

    return prepare


def _lowest(dtype: np.dtype) -> float:
    return np.finfo(dtype).min if dtype.kind == "f" else np.iinfo(dtype).min


def _largest(dtype: np.dtype) -> float:
    return np.finfo(dtype).max if dtype.kind == "f" else np.iinfo(dtype).max


unsorted_segment_max = _unsorted(np.maximum, _lowest)
unsorted_segment_min = _unsorted(np.minimum, _largest)
unsorted_segment_prod = _unsorted(np.multiply, lambda _: 1)
unsorted_segment_sum = _unsorted(np.add, lambda _: 0)

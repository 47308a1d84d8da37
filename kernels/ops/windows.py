"""Windows over any number of dimensions: DILATE, REDUCE_WINDOW.

Source: ``tflite/kernels/{dilate,stablehlo_reduce_window}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from kernels.element_types import require_type
from kernels.errors import InputError, UnsupportedOperatorError
from kernels.node import Array, Node, Run
from kernels.tflite.schema import ENUMS

WINDOW_TYPES = ("BOOL", "INT8", "INT16", "INT32", "INT64", "UINT8", "FLOAT32", "FLOAT64")

_REDUCTIONS: Mapping[str, Callable[[Array, Array], Array]] = MappingProxyType(
    {
        "ADD": np.add,
        "MUL": np.multiply,
        "MINIMUM": np.minimum,
        "MAXIMUM": np.maximum,
        "ALL": np.logical_and,
        "ANY": np.logical_or,
    }
)


def dilate(node: Node) -> Run:
    """x with ``dilation - 1`` times the padding value between its elements, per dimension."""

    def run(x: Array, dilations: Array, padding: Array) -> tuple[Array, ...]:
        factors = dilations.ravel().tolist()
        if len(factors) != x.ndim or x.ndim == 0 or min(factors) < 1 or padding.dtype != x.dtype:
            raise InputError(
                f"DILATE of a tensor {x.shape} by {factors} with {padding.dtype} between.",
                "There is one dilation of at least 1 for each dimension, and one type.",
            )
        if x.size == 0:
            raise InputError(f"DILATE of an empty tensor {x.shape}.", "Give it an element.")
        shape = tuple((n - 1) * f + 1 for n, f in zip(x.shape, factors, strict=True))
        node.limits.check_size(shape, x.itemsize)
        result = np.full(shape, padding.item(), x.dtype)
        result[tuple(slice(None, None, factor) for factor in factors)] = x
        return (result,)

    return run


def reduce_window(node: Node) -> Run:
    """Every window of x reduced, from the initial value on, its elements in their order.

    The result is empty where the window does not fit. The last three inputs, one number for
    each dimension, are the window's shape, stride and dilation.
    """
    require_type(node, WINDOW_TYPES)
    combine = _reduction(node.options.reduce_function)

    def run(
        x: Array, initial: Array, shape: Array, strides: Array, dilations: Array
    ) -> tuple[Array, ...]:
        lists = sizes, steps, factors = [np.ravel(a).tolist() for a in (shape, strides, dilations)]
        if any(len(a) != x.ndim or min(a, default=0) < 1 for a in lists):
            raise InputError(
                f"REDUCE_WINDOW of a tensor {x.shape}: shape, stride, dilation are {lists}.",
                "Each has one number, at least 1, for every dimension.",
            )
        reach = [(n - 1) * f + 1 for n, f in zip(sizes, factors, strict=True)]
        places = [
            max(0, (n - r) // s + 1) if n >= r else 0
            for n, r, s in zip(x.shape, reach, steps, strict=True)
        ]
        result = np.full(places, initial.item(), x.dtype)
        if result.size == 0:
            return (result,)
        for tap in np.ndindex(*sizes):
            starts = [t * f for t, f in zip(tap, factors, strict=True)]
            seen = tuple(
                slice(start, start + (n - 1) * s + 1, s)
                for start, n, s in zip(starts, places, steps, strict=True)
            )
            result = combine(result, x[seen]).astype(x.dtype)
        return (result,)

    return run


def _reduction(code: int) -> Callable[[Array, Array], Array]:
    names = {value: name for name, value in ENUMS["ReduceWindowFunction"].items()}
    if names.get(code) not in _REDUCTIONS:
        raise UnsupportedOperatorError(
            f"It reduces by function {code}.", f"It takes {', '.join(_REDUCTIONS)}."
        )
    return _REDUCTIONS[names[code]]

"""Reductions over axes: MEAN, SUM, REDUCE_PROD, REDUCE_MAX, REDUCE_MIN, REDUCE_ALL, REDUCE_ANY.

Inputs: the tensor, then the axes (INT32), which may be negative or repeated.
Source: ``tflite/kernels/reduce.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import numpy as np

from kernels.axes import resolve_axes
from kernels.element_types import NUMBERS, require_type
from kernels.node import Array, Node, Prepare, Run

_RAW_INTEGERS = ("UINT8", "INT8", "INT16")

Reduce = Callable[[Array, tuple[int, ...], bool], Array]


def _reduction(reduce: Reduce, types: tuple[str, ...]) -> Prepare:
    def prepare(node: Node) -> Run:
        require_type(node, types)
        keep_dims = bool(node.options.keep_dims)

        def run(x: Array, axes: Array) -> tuple[Array, ...]:
            return (reduce(x, resolve_axes(axes, x.ndim), keep_dims),)

        return run

    return prepare


def _accumulate(operation: np.ufunc) -> Reduce:
    """Reduces in the type of x; integers wrap around."""

    def reduce(x: Array, axes: tuple[int, ...], keep_dims: bool) -> Array:
        return np.asarray(operation.reduce(x, axis=axes, dtype=x.dtype, keepdims=keep_dims))

    return reduce


def _extremum(operation: np.ufunc, of_nothing: Callable[[np.dtype], float]) -> Reduce:
    """Like ``_accumulate``; ``of_nothing`` gives the result over no elements, as TFLite does."""

    def reduce(x: Array, axes: tuple[int, ...], keep_dims: bool) -> Array:
        initial = of_nothing(x.dtype) if x.size == 0 else None
        return np.asarray(operation.reduce(x, axis=axes, initial=initial, keepdims=keep_dims))

    return reduce


def _mean(x: Array, axes: tuple[int, ...], keep_dims: bool) -> Array:
    """The mean; of integers it is rounded towards zero, of no elements NaN or 0."""
    count = prod(x.shape[axis] for axis in axes)
    if x.dtype.kind == "f":
        return np.asarray(np.sum(x, axis=axes, keepdims=keep_dims) / np.float32(count))
    sums = np.sum(x, axis=axes, dtype=np.int64, keepdims=keep_dims)
    return np.asarray(np.sign(sums) * (np.abs(sums) // max(count, 1)), dtype=x.dtype)


def _lowest(dtype: np.dtype) -> float:
    return np.finfo(dtype).min if dtype.kind == "f" else np.iinfo(dtype).min


def _highest(dtype: np.dtype) -> float:
    return np.finfo(dtype).max if dtype.kind == "f" else np.iinfo(dtype).max


mean = _reduction(_mean, NUMBERS)
total = _reduction(_accumulate(np.add), NUMBERS)
product = _reduction(_accumulate(np.multiply), NUMBERS)
maximum = _reduction(_extremum(np.maximum, _lowest), (*NUMBERS, *_RAW_INTEGERS))
minimum = _reduction(_extremum(np.minimum, _highest), (*NUMBERS, *_RAW_INTEGERS))
all_true = _reduction(_accumulate(np.logical_and), ("BOOL",))
any_true = _reduction(_accumulate(np.logical_or), ("BOOL",))

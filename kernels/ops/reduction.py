"""Reductions over axes: MEAN, SUM, REDUCE_PROD, REDUCE_MAX, REDUCE_MIN, REDUCE_ALL, REDUCE_ANY.

Inputs: the tensor, then the axes (INT32), which may be negative or repeated.
Source: ``tflite/kernels/reduce.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import numpy as np

from kernels.axes import resolve_axes
from kernels.element_types import NUMBERS, or_quantized, require_type
from kernels.float_sum import sum_in_order, xnnpack_sum
from kernels.node import XNNPACK, Array, Node, Prepare, Run
from kernels.ops import quantized_reduction

_RAW_INTEGERS = ("UINT8", "INT8", "INT16")
_BOOLEAN = ("BOOL",)

Reduce = Callable[[Array, tuple[int, ...], bool], Array]


def _reduction(reference: Reduce, types: tuple[str, ...], xnnpack: Reduce | None = None) -> Prepare:
    """``xnnpack``: what XNNPACK does otherwise than the reference."""

    def prepare(node: Node) -> Run:
        floats = require_type(node, types) == "FLOAT32"
        keep_dims = bool(node.options.keep_dims)
        known = node.operand(1).constant is not None
        taken = floats and known and node.numerics == XNNPACK
        reduce = xnnpack if xnnpack and taken else reference

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


def _sum(x: Array, axes: tuple[int, ...], keep_dims: bool) -> Array:
    return _keep(sum_in_order(x, axes), axes, keep_dims)


def _mean(x: Array, axes: tuple[int, ...], keep_dims: bool) -> Array:
    """The mean; of integers it is rounded towards zero, of no elements NaN or 0."""
    if x.dtype.kind == "f":
        return np.asarray(_sum(x, axes, keep_dims) / np.float32(_count(x, axes)))
    sums = np.sum(x, axis=axes, dtype=np.int64, keepdims=keep_dims)
    return np.asarray(np.sign(sums) * (np.abs(sums) // max(_count(x, axes), 1)), dtype=x.dtype)


def _xnnpack_sum(x: Array, axes: tuple[int, ...], keep_dims: bool) -> Array:
    if not (axes and x.size):
        return _sum(x, axes, keep_dims)
    return _keep(xnnpack_sum(x, axes, np.float32(1)), axes, keep_dims)


def _xnnpack_mean(x: Array, axes: tuple[int, ...], keep_dims: bool) -> Array:
    if not (axes and x.size):
        return _mean(x, axes, keep_dims)
    return _keep(xnnpack_sum(x, axes, np.float32(1) / _count(x, axes)), axes, keep_dims)


def _keep(sums: Array, axes: tuple[int, ...], keep_dims: bool) -> Array:
    """Puts the axes that were summed back, with one element each, if they are kept."""
    return np.expand_dims(sums, axes) if keep_dims else sums


def _count(x: Array, axes: tuple[int, ...]) -> int:
    return prod(x.shape[axis] for axis in axes)


def _lowest(dtype: np.dtype) -> float:
    if dtype.kind == "b":
        return False
    return np.finfo(dtype).min if dtype.kind == "f" else np.iinfo(dtype).min


def _highest(dtype: np.dtype) -> float:
    if dtype.kind == "b":
        return True
    return np.finfo(dtype).max if dtype.kind == "f" else np.iinfo(dtype).max


mean = or_quantized(_reduction(_mean, NUMBERS, _xnnpack_mean), quantized_reduction.mean)
total = or_quantized(
    _reduction(_sum, (*NUMBERS, *_BOOLEAN), _xnnpack_sum), quantized_reduction.total
)
product = or_quantized(
    _reduction(_accumulate(np.multiply), (*NUMBERS, *_BOOLEAN)), quantized_reduction.product
)
maximum = _reduction(_extremum(np.maximum, _lowest), (*NUMBERS, *_RAW_INTEGERS, *_BOOLEAN))
minimum = _reduction(_extremum(np.minimum, _highest), (*NUMBERS, *_RAW_INTEGERS, *_BOOLEAN))
all_true = _reduction(_accumulate(np.logical_and), _BOOLEAN)
any_true = _reduction(_accumulate(np.logical_or), _BOOLEAN)

"""Where the largest elements are: ARG_MAX, ARG_MIN, TOPK_V2; and running sums: CUMSUM.

Of equal elements the first wins.
Source: ``tflite/kernels/{arg_min_max,topk_v2,cumsum}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kernels.axes import resolve_axis
from kernels.constant import DTYPES
from kernels.element_types import NUMBERS, require_type
from kernels.errors import InputError
from kernels.node import Array, Node, Prepare, Run

_RAW_INTEGERS = ("UINT8", "INT8", "INT16")


def _arg(search: Callable[..., Array]) -> Prepare:
    """A kernel whose second input is the axis; the output's type is the tensor's."""

    def prepare(node: Node) -> Run:
        require_type(node, (*NUMBERS, *_RAW_INTEGERS, "BOOL"))
        dtype = DTYPES[node.outputs[0].tensor.type]

        def run(x: Array, axis: Array) -> tuple[Array, ...]:
            return (np.asarray(search(x, axis=resolve_axis(axis.item(), x.ndim)), dtype=dtype),)

        return run

    return prepare


arg_max = _arg(np.argmax)
arg_min = _arg(np.argmin)


def top_k(node: Node) -> Run:
    """The k largest of the last axis, largest first, and their indices."""
    require_type(node, (*NUMBERS, *_RAW_INTEGERS))
    index_dtype = DTYPES[node.outputs[1].tensor.type]

    def run(x: Array, k: Array) -> tuple[Array, ...]:
        count = k.item()
        if x.ndim == 0 or not 0 <= count <= x.shape[-1]:
            raise InputError(
                f"TOPK_V2 asks for the {count} largest in the last axis of a tensor {x.shape}.",
                "Ask for at most as many as there are.",
            )
        order = _descending(x)[..., :count]
        return np.take_along_axis(x, order, axis=-1), order.astype(index_dtype)

    return run


def _descending(x: Array) -> Array:
    """Indices that sort the last axis from large to small, equal elements in their order."""
    from_the_end = np.argsort(x[..., ::-1], axis=-1, kind="stable")
    return np.asarray(x.shape[-1] - 1 - from_the_end[..., ::-1])


def cumsum(node: Node) -> Run:
    """Running sums along an axis; ``exclusive`` leaves out the element itself, ``reverse``
    runs from the end."""
    require_type(node, NUMBERS)
    exclusive, reverse = bool(node.options.exclusive), bool(node.options.reverse)

    def run(x: Array, axis: Array) -> tuple[Array, ...]:
        resolved = resolve_axis(axis.item(), x.ndim)
        forward = np.flip(x, resolved) if reverse else x
        sums = _running_sums(forward, resolved, exclusive)
        return (np.flip(sums, resolved) if reverse else sums,)

    return run


def _running_sums(x: Array, axis: int, exclusive: bool) -> Array:
    if not exclusive:
        return np.add.accumulate(x, axis=axis, dtype=x.dtype)
    shifted = np.zeros_like(x)
    np.moveaxis(shifted, axis, 0)[1:] = np.moveaxis(x, axis, 0)[:-1]
    return np.add.accumulate(shifted, axis=axis, dtype=x.dtype)

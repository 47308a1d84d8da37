"""The same elements in another shape: RESHAPE, SQUEEZE, EXPAND_DIMS; and what a shape is:
SHAPE, RANK.

Source: ``tflite/kernels/{reshape,squeeze,expand_dims,shape,rank}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from kernels.axes import resolve_axes, resolve_axis
from kernels.constant import DTYPES
from kernels.errors import InputError
from kernels.node import Array, Node, Run

_FREE = -1


def reshape(node: Node) -> Run:
    """The new shape is the second input or, without one, an option; -1 is what is left.

    A model that was made for a batch of 1 may hold the 1 in its shapes: if the first dimension
    of both tensors is the declared batch, that of the result is the batch of the input.
    """
    declared_batch = node.operand(0).tensor.shape[:1]
    constant = _option_shape(node)

    def run(x: Array, given: Array | None = None) -> tuple[Array, ...]:
        shape = constant if given is None else tuple(np.ravel(given).tolist())
        if x.shape[:1] != declared_batch == shape[:1] and prod(shape[1:]) == prod(x.shape[1:]):
            return (x.reshape(x.shape[:1] + shape[1:]),)
        return (x.reshape(_filled(shape, x)),)

    return run


def _option_shape(node: Node) -> tuple[int, ...]:
    shape = tuple(int(size) for size in _given(node.options.new_shape))
    # Old converters wrote a scalar's shape as (0,): legacy behaviour that reshape.cc keeps.
    return () if shape == (0,) else shape


def _given(values: Sequence[int] | None) -> Sequence[int]:
    return () if values is None else values


def _filled(shape: tuple[int, ...], x: Array) -> tuple[int, ...]:
    """``shape`` with its -1 replaced. Raises InputError if x does not fit."""
    known = prod(size for size in shape if size != _FREE)
    free = x.size // known if _FREE in shape and known else 0
    filled = tuple(free if size == _FREE else size for size in shape)
    if shape.count(_FREE) > 1 or min(filled, default=0) < 0 or prod(filled) != x.size:
        raise InputError(
            f"A tensor {x.shape} does not fit the shape {shape}.",
            "The model may be made for one batch size only: run one example at a time.",
        )
    return filled


def squeeze(node: Node) -> Run:
    """Without dimensions of size 1: those that the options name, or all."""
    named = tuple(_given(node.options.squeeze_dims))

    def run(x: Array) -> tuple[Array, ...]:
        ones = tuple(axis for axis, size in enumerate(x.shape) if size == 1)
        axes = resolve_axes(named, x.ndim) if len(named) else ones
        if not set(axes) <= set(ones):
            raise InputError(
                f"SQUEEZE of dimensions {axes} of a tensor {x.shape}: not all have size 1.",
                "The model may be made for one batch size only: run one example at a time.",
            )
        return (np.squeeze(x, axes),)

    return run


def expand_dims(node: Node) -> Run:
    """With a new dimension of size 1 at the axis that the second input gives."""

    def run(x: Array, axis: Array) -> tuple[Array, ...]:
        return (np.expand_dims(x, resolve_axis(axis.item(), x.ndim + 1)),)

    return run


def shape_of(node: Node) -> Run:
    """The shape of a tensor, as INT32 or INT64."""
    dtype = DTYPES[node.outputs[0].tensor.type]

    def run(x: Array) -> tuple[Array, ...]:
        return (np.array(x.shape, dtype=dtype),)

    return run


def rank_of(node: Node) -> Run:
    """The number of dimensions, an INT32 scalar."""

    def run(x: Array) -> tuple[Array, ...]:
        return (np.array(x.ndim, dtype=np.int32),)

    return run

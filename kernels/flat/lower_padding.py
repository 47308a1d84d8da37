"""PAD and PADV2 as instructions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import prod
from types import MappingProxyType

import numpy as np

from kernels.affine import stored_zero
from kernels.errors import TfliteQuantError
from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.value import Source, Value, new_value
from kernels.node import Array, Node

RANK = 4
"""Of the kernels; more dimensions must belong together."""
GRAIN = 1 << 15
"""Numbers that a thread writes at least."""

_KERNELS: Mapping[int, tuple[str, np.dtype]] = MappingProxyType(
    {1: ("padding.pad_bytes", np.dtype(np.int8)), 4: ("padding.pad_words", np.dtype(np.int32))}
)
"""Bytes of a number -> kernel, and as what it sees them."""

_Sizes = list[tuple[int, int, int]]
"""Of each dimension: its size, and what is before and after it."""


def pad(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """Numbers of one or four bytes with a constant border."""
    x, paddings = inputs[:2]
    if not (isinstance(x, Value) and isinstance(paddings, np.ndarray) and x.count):
        return None
    value, known = _value(node, inputs, x.dtype), _KERNELS.get(x.dtype.itemsize)
    if value is None or known is None or not _fits(node, x, paddings):
        return None
    borders = paddings.tolist()
    sizes = _merged([(n, *border) for n, border in zip(x.shape, borders, strict=True)])
    if len(sizes) > RANK:
        return None
    y = new_value([n + sum(border) for n, border in zip(x.shape, borders, strict=True)], x.dtype)
    return Lowered((y,), (_copy(*known, x, y, sizes, value),))


def _copy(
    kernel: str, kind: np.dtype, x: Value, y: Value, sizes: _Sizes, value: Array
) -> Instruction:
    sizes = [*[(1, 0, 0)] * (RANK - len(sizes)), *sizes]
    padded = [n + before + after for n, before, after in sizes]
    listed = ([n for n, _, _ in sizes], [before for _, before, _ in sizes], padded)
    shape = (number for numbers in listed for number in numbers)
    operands = (replace(x, dtype=kind), replace(y, dtype=kind))
    grain = max(1, GRAIN // padded[-1])
    return Instruction(kernel, (*operands, *shape, int(value.view(kind))), prod(padded[:-1]), grain)


def _value(node: Node, inputs: Sequence[Source | None], dtype: np.dtype) -> Array | None:
    """What is around x, one number of its type; None if that is not known or not possible."""
    given = inputs[2] if len(inputs) > 2 else None
    if given is not None:
        known = isinstance(given, np.ndarray) and given.size == 1 and given.dtype == dtype
        return given.reshape(()) if known and isinstance(given, np.ndarray) else None
    zero = stored_zero(node.outputs[0].tensor)
    is_integer = dtype.kind in "iu"
    if is_integer and not np.iinfo(dtype).min <= zero <= np.iinfo(dtype).max:
        return None
    return np.asarray(zero, dtype)


def _fits(node: Node, x: Value, paddings: Array) -> bool:
    """Whether there is a border for every dimension, and the result is within the limits."""
    if paddings.dtype not in (np.int32, np.int64) or paddings.shape != (len(x.shape), 2):
        return False
    if not x.shape or np.any(paddings < 0):
        return False
    shape = tuple(n + sum(border) for n, border in zip(x.shape, paddings.tolist(), strict=True))
    try:
        node.limits.check_size(shape, x.dtype.itemsize)
    except TfliteQuantError:
        return False  # the plain kernel says which limit
    return True


def _merged(sizes: _Sizes) -> _Sizes:
    """The same with dimensions that have no border part of those before them."""
    made = [sizes[0]]
    for size, before, after in sizes[1:]:
        outer = made[-1]
        if before or after:
            made.append((size, before, after))
        else:
            made[-1] = (outer[0] * size, outer[1] * size, outer[2] * size)
    return made

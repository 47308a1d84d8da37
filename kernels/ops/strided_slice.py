"""STRIDED_SLICE: NumPy's ``x[begin:end:stride, ..., newaxis, i]`` as numbers and bit masks.

Bit i of a mask speaks of entry i of begin, end and strides: begin_mask and end_mask mean
"from the first" and "to the last", ellipsis_mask as many whole dimensions as are left,
new_axis_mask a new dimension of size 1, shrink_axis_mask the one element at ``begin``.
With ``offset``, end counts from begin.
Source: ``tflite/kernels/strided_slice.cc``, ``internal/strided_slice_logic.h`` of
google-ai-edge/LiteRT.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import EllipsisType, SimpleNamespace

import numpy as np

from kernels.errors import InputError
from kernels.node import Array, Node, Run

Index = slice | int | EllipsisType | None


@dataclass(frozen=True)
class _Entry:
    """One of begin, end and strides, with its bits of the masks."""

    begin: int
    end: int
    stride: int
    from_first: bool
    to_last: bool
    ellipsis: bool
    new_axis: bool
    shrink_axis: bool

    def index(self) -> Index:
        """The entry as NumPy writes it; the ellipsis bit wins, then the new axis."""
        if self.ellipsis:
            return Ellipsis
        if self.new_axis:
            return None
        if self.shrink_axis:
            return self.begin
        begin = None if self.from_first else self.begin
        end = None if self.to_last else self.end
        return slice(begin, end, self.stride)


def prepare(node: Node) -> Run:
    """Returns the kernel. Its inputs: x, begin, end, strides."""

    def run(x: Array, begin: Array, end: Array, strides: Array) -> tuple[Array, ...]:
        if not begin.shape == end.shape == strides.shape or np.any(strides == 0):
            raise InputError(
                f"STRIDED_SLICE from {begin.tolist()} to {end.tolist()} by {strides.tolist()}.",
                "There are as many of each, and no stride is 0; the file may be damaged.",
            )
        entries = _entries(begin, end, strides, node.options)
        return (x[tuple(entry.index() for entry in entries)],)

    return run


def _entries(
    begin: Array, end: Array, strides: Array, options: SimpleNamespace
) -> tuple[_Entry, ...]:
    stops = begin + end if options.offset else end
    # An end that is counted from a negative begin and reaches 0 is past the last element.
    past_the_last = np.flatnonzero((begin < 0) & (stops >= 0)) if options.offset else ()
    masks = (
        options.begin_mask,
        options.end_mask | sum(1 << int(bit) for bit in past_the_last),
        options.ellipsis_mask,
        options.new_axis_mask,
        options.shrink_axis_mask,
    )
    numbers = zip(begin.tolist(), stops.tolist(), strides.tolist(), strict=True)
    return tuple(
        _Entry(*bounds, *(bool(mask >> bit & 1) for mask in masks))
        for bit, bounds in enumerate(numbers)
    )

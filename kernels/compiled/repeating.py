"""Channels repeated. x: (n,); y: (n * times,). A chunk is a number of y."""

from __future__ import annotations

from kernels.field_types import FLOATS, INDEX, INT8S, Array
from kernels.jit import kernel


@kernel(FLOATS, FLOATS, INDEX)
def repeat_floats(x: Array, y: Array, times: int, begin: int, end: int) -> None:
    """Each of x ``times`` times in y."""
    for i in range(begin, end):
        y[i] = x[i // times]


@kernel(INT8S, INT8S, INDEX)
def repeat_bytes(x: Array, y: Array, times: int, begin: int, end: int) -> None:
    """Each of x ``times`` times in y."""
    for i in range(begin, end):
        y[i] = x[i // times]

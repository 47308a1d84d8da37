"""Bytes from one place to another."""

from __future__ import annotations

from kernels.field_types import BOOLS, Array
from kernels.jit import kernel


@kernel(BOOLS, BOOLS)
def copy(x: Array, y: Array, begin: int, end: int) -> None:
    """y = x; both: (n,) bytes, which do not overlap."""
    for i in range(begin, end):
        y[i] = x[i]

"""Functions of bytes by tables, where some bytes have no value. A chunk is an element."""

from __future__ import annotations

from kernels.field_types import BOOLS, UINT8S, Array
from kernels.jit import kernel

REFUSED = 1


@kernel(UINT8S, UINT8S, UINT8S, BOOLS)
def look_up(x: Array, y: Array, table: Array, refused: Array, begin: int, end: int) -> int:
    """y = table[x]; a byte that is ``refused`` is left to the plain kernel."""
    for i in range(begin, end):
        if refused[x[i]]:
            return REFUSED
        y[i] = table[x[i]]
    return 0

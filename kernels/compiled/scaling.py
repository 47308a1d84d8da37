"""Rows of float32 scaled and shifted, a factor and an addend for each column, and clamped.

Product and sum are rounded one by one: two operators in one pass. A chunk is a row.
"""

from __future__ import annotations

from typing import Any

from kernels.compiled.formulas import clamped
from kernels.compiled.spans import each_number, for_span
from kernels.compiled.vector_ir import FLOAT, Register, store
from kernels.compiled.vector_kernel import vector_kernel
from kernels.field_types import INDEX, MEMORY, NUMBER


@vector_kernel(
    x=MEMORY, scale=MEMORY, shift=MEMORY, y=MEMORY, columns=INDEX, low=NUMBER, high=NUMBER
)
def rows(f: Any, row: Register) -> None:
    """y = clamp(x * scale + shift)."""
    start = row * f.columns * FLOAT.size
    x, scale, shift = (each_number(address, FLOAT) for address in (f.x + start, f.scale, f.shift))

    def turn(place: Register, width: int, mask: Register | None) -> None:
        given, factor, addend = (numbers(place, width, mask) for numbers in (x, scale, shift))
        made = clamped(given * factor + addend, f.low, f.high)
        store(made, f.y + start + place * FLOAT.size, mask)

    for_span(f.columns, turn)

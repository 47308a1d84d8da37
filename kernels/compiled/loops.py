"""Loops over arrays that apply a formula to each element.

x and y: ``count`` float32; a chunk is a block.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kernels.compiled.spans import for_block
from kernels.compiled.vector_ir import FLOAT, Register, if_else, load, store
from kernels.compiled.vector_kernel import VectorSource, vector_kernel
from kernels.field_types import INDEX, MEMORY, NUMBER

Formula = Callable[[Register], Register]


def each(formula: Formula) -> VectorSource:
    """The kernel ``y = formula(x)``."""
    return each_with(lambda x, f: formula(x))


def each_with(formula: Callable[[Register, Any], Register], *numbers: str) -> VectorSource:
    """The kernel ``y = formula(x, fields)``, which has fields that are numbers."""

    @vector_kernel(x=MEMORY, y=MEMORY, count=INDEX, **dict.fromkeys(numbers, NUMBER))
    def run(f: Any, chunk: Register) -> None:
        def turn(place: Register, width: int, mask: Register | None) -> None:
            at = place * FLOAT.size
            store(formula(load(f.x + at, FLOAT * width, mask), f), f.y + at, mask)

        for_block(f.count, chunk, turn)

    return run


def each_in_range(
    formula: Formula, fast: Formula, is_beyond: Callable[[Register], Register]
) -> VectorSource:
    """The kernel ``y = formula(x)``, which is ``fast(x)`` where no x nearby is beyond."""

    @vector_kernel(x=MEMORY, y=MEMORY, count=INDEX)
    def run(f: Any, chunk: Register) -> None:
        def turn(place: Register, width: int, mask: Register | None) -> None:
            at = place * FLOAT.size
            x = load(f.x + at, FLOAT * width, mask)

            def write(chosen: Formula) -> Callable[[], None]:
                return lambda: store(chosen(x), f.y + at, mask)

            if_else(is_beyond(x).is_anywhere(), write(formula), write(fast))

        for_block(f.count, chunk, turn)

    return run

"""Loops over arrays that broadcast: a function of two numbers for each element of the result.

The result z is (rows, columns) in C order; a chunk is a row. ``kernels.flat.broadcast`` says
where the operands' elements of a row are: it begins at ``row * x_row + row // inner * x_outer``,
and the next column is ``x_column`` away: 1, or 0 if one number serves the row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kernels.compiled.spans import Numbers, each_number, for_span, same_number
from kernels.compiled.vector_ir import Kind, Register, if_else, store
from kernels.compiled.vector_kernel import VectorSource, vector_kernel
from kernels.field_types import INDEX, MEMORY, FieldType

LAYOUT = dict.fromkeys(
    ("columns", "inner", "x_column", "x_row", "x_outer", "y_column", "y_row", "y_outer"), INDEX
)


def broadcast(
    operand: Kind,
    result: Kind,
    compute: Callable[[Register, Register, Any], Register],
    **more: FieldType,
) -> VectorSource:
    """The kernel z = compute(x, y, fields); ``more`` are fields that it looks at."""

    @vector_kernel(x=MEMORY, y=MEMORY, z=MEMORY, **LAYOUT, **more)
    def run(f: Any, row: Register) -> None:
        outer = row // f.inner
        x = f.x + (row * f.x_row + outer * f.x_outer) * operand.size
        y = f.y + (row * f.y_row + outer * f.y_outer) * operand.size
        z = f.z + row * f.columns * result.size

        def writing(left: Numbers, right: Numbers) -> Callable[[], None]:
            def turn(place: Register, width: int, mask: Register | None) -> None:
                made = compute(left(place, width, mask), right(place, width, mask), f)
                store(made, z + place * result.size, mask)

            return lambda: for_span(f.columns, turn)

        both = writing(each_number(x, operand), each_number(y, operand))
        one_x = writing(same_number(x, operand), each_number(y, operand))
        one_y = writing(each_number(x, operand), same_number(y, operand))
        if_else(f.x_column.equals(0), one_x, lambda: if_else(f.y_column.equals(0), one_y, both))

    return run

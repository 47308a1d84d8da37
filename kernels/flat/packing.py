"""Instructions that lay out matrices that are known at run time only."""

from __future__ import annotations

import numpy as np

from kernels.flat.instruction import Instruction
from kernels.flat.multiply import Panels, Right
from kernels.flat.tiling import Strip
from kernels.flat.value import Value, new_value
from kernels.isa import instruction_set


def packed_right(x: Value, depth: int, columns: int, adjoint: bool) -> Right:
    """The matrices x (..., depth, columns), or (..., columns, depth) if ``adjoint``, as right side
    of one image each."""
    images = x.count // (depth * columns)

    def panels(strip: Strip, group: int) -> Panels:
        right, made = _packed(x, (images, depth, columns), strip.tile.columns, adjoint)
        return Panels(right, (made,))

    return Right(1, columns, panels, by_image=True)


def transposed_rows(x: Value, rows: int, depth: int) -> tuple[Value, Instruction]:
    """The matrices x (..., depth, rows) transposed, (images, rows, step), and what makes them. Some
    zeros follow each row."""
    lanes = instruction_set().lanes
    step = -(-depth // lanes) * lanes
    images = x.count // (depth * rows)
    made, instruction = _packed(x, (images, rows, depth), step, adjoint=True)
    return made.reshaped((images, rows, step)), instruction


def _packed(
    x: Value, shape: tuple[int, int, int], width: int, adjoint: bool
) -> tuple[Value, Instruction]:
    """Panels of ``width`` columns of x, as (images, depth, columns) would have them."""
    images, depth, columns = shape
    chunks = images * -(-columns // width)
    panels = new_value((chunks, depth, width), np.float32)
    kernel = f"{instruction_set().name}.pack_{'columns' if adjoint else 'rows'}"
    return panels, Instruction(kernel, (x, panels, depth, columns, width), chunks)

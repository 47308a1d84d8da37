"""Images copied with a border around, of what stands for 0.0, so that windows fit everywhere.

x: (images, height, row_count) numbers; the copy: (images, above + height + below, left_count +
row_count + right_count). A chunk is a row of the copy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kernels.compiled.codes import CODINGS, encode_run
from kernels.compiled.quantize import PARAMETERS, scaling_of
from kernels.compiled.runs import copy_run, fill_run
from kernels.compiled.vector_ir import (
    FLOAT,
    INT8,
    INT32,
    Register,
    if_else,
    narrowed,
    splat,
    widened,
)
from kernels.compiled.vector_kernel import VectorSource, vector_kernel
from kernels.field_types import INDEX, MEMORY, NUMBER
from kernels.isa import InstructionSet

VECTOR_BYTES = 32
"""Of runs that are copied: borders and rows are often short."""

BORDER = dict.fromkeys(
    ("height", "above", "below", "row_count", "left_count", "right_count"), INDEX
)
"""Rows of an image, and of the border above and below it; numbers of a row, and of the border on
its left and right."""


def write_row(
    f: Any,
    chunk: Register,
    target: Register,
    border: Register,
    write: Callable[[Register, Register, Register], None],
) -> None:
    """Writes the row of a chunk: the number ``border`` around ``write(image, row of x, address)``,
    or only the border."""
    rows = f.above + f.height + f.below
    image, row = chunk // rows, chunk % rows - f.above
    count, size = f.left_count + f.row_count + f.right_count, border.kind.size
    start = target + chunk * count * size
    width = VECTOR_BYTES // size

    def surround() -> None:
        fill_run(border, start, f.left_count, width)
        write(image, image * f.height + row, start + f.left_count * size)
        fill_run(border, start + (f.left_count + f.row_count) * size, f.right_count, width)

    is_inside = (row >= 0) & (row < f.height)
    if_else(is_inside, surround, lambda: fill_run(border, start, count, width))


def float_copier() -> VectorSource:
    """Copies floats; ``border`` is the number of the border."""

    @vector_kernel(x=MEMORY, y=MEMORY, border=NUMBER, **BORDER)
    def copy(f: Any, chunk: Register) -> None:
        vector = FLOAT * (VECTOR_BYTES // FLOAT.size)

        def write(image: Register, row: Register, target: Register) -> None:
            source = f.x + row * f.row_count * FLOAT.size
            copy_run(source, target, f.row_count, vector, lambda numbers: numbers)

        write_row(f, chunk, f.y, f.border, write)

    return copy


def image_encoder(isa: InstructionSet) -> VectorSource:
    """Floats to codes, by the parameters of their image; the border is their zero point."""
    coding = CODINGS[isa.name]

    @vector_kernel(x=MEMORY, codes=MEMORY, **PARAMETERS, **BORDER)
    def encode(f: Any, chunk: Register) -> None:
        image = chunk // (f.above + f.height + f.below)
        scaling = scaling_of(f, image)

        def write(image: Register, row: Register, target: Register) -> None:
            start = f.x + row * f.row_count * INT32.size
            encode_run(coding, scaling, start, target, f.row_count)

        write_row(f, chunk, f.codes, coding.code_of_zero(scaling), write)

    return encode


def image_recoder(isa: InstructionSet) -> VectorSource:
    """int8 or uint8 to codes: the bits of ``flip`` flipped, the sign kept, less ``zero``; the
    border is ``border``."""
    coding = CODINGS[isa.name]

    @vector_kernel(x=MEMORY, codes=MEMORY, flip=INDEX, zero=INDEX, border=INDEX, **BORDER)
    def recode(f: Any, chunk: Register) -> None:
        count = VECTOR_BYTES // coding.code.size
        flip = splat(narrowed(f.flip, INT8), count)
        zero = splat(narrowed(f.zero, coding.code), count)

        def change(given: Register) -> Register:
            flipped = given ^ flip
            wide = flipped if coding.code == INT8 else widened(flipped, coding.code * count)
            return wide - zero

        def write(image: Register, row: Register, target: Register) -> None:
            copy_run(f.x + row * f.row_count, target, f.row_count, INT8 * count, change)

        write_row(f, chunk, f.codes, narrowed(f.border, coding.code), write)

    return recode

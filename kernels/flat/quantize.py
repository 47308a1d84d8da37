"""Instructions that quantize floats at run time, put a border around images, or both."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kernels.flat.border import Border
from kernels.flat.instruction import Instruction
from kernels.flat.multiply import QuantizedLeft
from kernels.flat.value import Value, new_value
from kernels.isa import instruction_set

PART = 1 << 14
"""Floats whose range one chunk finds."""
SIGN_BIT = 128
"""The difference of uint8 and int8 codes, and the bit that makes it."""
LONGEST_FETCHED = 320
"""Rows up to that depth are fetched before they are read; longer ones would drive out of the
first-level cache what is still needed. Measured."""
GRAIN = 1 << 14
"""Numbers that a thread takes at least."""


@dataclass(frozen=True)
class Quantized:
    """``left``: codes and scales; ``step``: numbers from a row of codes to the next; what makes
    them."""

    left: QuantizedLeft
    step: int
    instructions: tuple[Instruction, ...]


def quantized_rows(x: Value, count: int, depth: int) -> Quantized:
    """x as ``count`` rows of ``depth``, each with its scale."""
    isa = instruction_set()
    step, chunks = -(-depth // isa.lanes) * isa.lanes, -(-count // isa.lanes)
    codes = new_value((count, step), isa.code)
    scales, zeros, inverses = _parameters(chunks * isa.lanes)
    ahead = isa.lanes if depth <= LONGEST_FETCHED else 0
    arguments = (x, codes, scales, zeros, inverses, count, depth, step, ahead)
    grain = max(1, GRAIN // (isa.lanes * depth))
    made = Instruction(f"{isa.name}.quantize_rows", arguments, chunks, grain, prepares=(1, 2, 3, 4))
    return Quantized(QuantizedLeft(codes, scales, zeros, True), step, (made,))


def _parameters(count: int) -> tuple[Value, Value, Value]:
    """Places for scales, zero points and inverses of scales."""
    zeros = new_value((count,), np.int32)
    return new_value((count,), np.float32), zeros, new_value((count,), np.float32)


def quantized_images(x: Value, border: Border) -> Quantized:
    """x (N, H, W, C) with a border, each image with its scale."""
    isa, images = instruction_set(), x.shape[0]
    count = x.count // images
    parts = -(-count // PART)
    lows, highs = (new_value((images * parts,), np.int32) for _ in range(2))
    parameters = _parameters(images)
    codes = new_value(border.around(x.shape), isa.code)
    find, combine = f"{isa.name}.find_ranges", f"{isa.name}.find_parameters"
    made = (
        Instruction(find, (x, lows, highs, count, PART, parts), images * parts, prepares=(1, 2)),
        Instruction(combine, (lows, highs, *parameters, parts), images, images, prepares=(2, 3, 4)),
        _bordered("encode_images", (x, codes, *parameters), x, codes, border),
    )
    return Quantized(QuantizedLeft(codes, *parameters[:2], by_row=False), codes.count, made)


def bordered_floats(x: Value, border: Border) -> tuple[Value, tuple[Instruction, ...]]:
    """x (N, H, W, C) with a border of zeros; x itself if there is none."""
    if border == Border():
        return x, ()
    y = new_value(border.around(x.shape), np.float32)
    return y, (_bordered("copy_floats", (x, y, 0), x, y, border),)


def recoded_images(x: Value, zero: int, border: Border) -> tuple[Value, tuple[Instruction, ...]]:
    """x (N, H, W, C), int8 or uint8, as codes; the border is the code of its zero point."""
    isa, signed = instruction_set(), x.dtype == np.int8
    codes = new_value(border.around(x.shape), isa.code)
    flip = SIGN_BIT if signed == (isa.code == "uint8") else 0
    signed_zero = zero if signed else zero - SIGN_BIT
    # Codes are moved so that 0 stands for 0.0, or the border is what stands for it.
    moved, shown = (signed_zero, 0) if isa.shift is None else (0, signed_zero + isa.shift)
    operands = (replace(x, dtype=np.dtype(np.uint8)), codes, flip, moved, shown)
    return codes, (_bordered("recode_images", operands, x, codes, border),)


def _bordered(
    kernel: str, operands: tuple[Value | float, ...], x: Value, y: Value, border: Border
) -> Instruction:
    rows = y.shape[0] * y.shape[1]
    grain = max(1, GRAIN * rows // y.count)
    arguments = (*operands, *border.numbers(x.shape))
    return Instruction(f"{instruction_set().name}.{kernel}", arguments, rows, grain, prepares=(1,))

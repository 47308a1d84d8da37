"""Instructions for matrix products: tiles, their operands and constants."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import DTypeLike

from kernels.flat.instruction import Code, Instruction
from kernels.flat.panels import pack_columns, pack_panels, packed_once
from kernels.flat.rows import Rows
from kernels.flat.tiling import Strip, block_rows, grain, strips
from kernels.flat.value import Source, Value, new_value
from kernels.isa import instruction_set
from kernels.node import Array

Bounds = tuple[float, float]
"""What outputs are clamped to."""
UNBOUNDED: Bounds = (-np.inf, np.inf)


@dataclass(frozen=True)
class Panels:
    """``right``: the columns of a strip; ``before``: what lays them out, if not done already."""

    right: Source
    before: tuple[Instruction, ...] = ()


@dataclass(frozen=True)
class Right:
    """The right side: ``groups`` of ``columns`` columns. ``panels(strip, group)`` are a strip's,
    for steps of ``group`` numbers; each image has its own if ``by_image``."""

    groups: int
    columns: int
    panels: Callable[[Strip, int], Panels]
    by_image: bool = False


def constant_right(constant: Array, matrices: Array, by_image: bool = False) -> Right:
    """Weights (groups, taps, depth, columns), made from ``constant``, as the file has them; or
    (images, taps, depth, columns)."""

    def panels(strip: Strip, group: int) -> Panels:
        chosen = matrices[..., strip.first : strip.first + strip.count]
        key = (strip, group, matrices.shape, matrices.strides)

        def pack() -> Array:
            return pack_panels(chosen, strip.tile.columns, group)

        return Panels(packed_once(constant, key, pack))

    return Right(1 if by_image else matrices.shape[0], matrices.shape[3], panels, by_image)


@dataclass(frozen=True)
class QuantizedLeft:
    """codes: the left side; scales, zeros: of each row if ``by_row``, else of each image."""

    codes: Value
    scales: Value
    zeros: Value
    by_row: bool


@dataclass(frozen=True)
class Product:
    """output: (images, rows, columns), and what makes it."""

    output: Value
    instructions: tuple[Instruction, ...]


def float_product(left: Value, rows: Rows, right: Right, bias: Array, bounds: Bounds) -> Product:
    """Of floats. bias: of all columns."""
    return _product("float", left, rows, right, (bias,), (), np.float32, bounds)


def hybrid_product(
    left: QuantizedLeft, rows: Rows, right: Right, constants: Sequence[Array], bounds: Bounds
) -> Product:
    """Of quantized rows and int8 weights. ``constants`` of all columns: sums of the weights
    (int32), their scales, the bias."""
    numbers = (int(left.by_row), *bounds)
    of_rows = (left.scales, left.zeros)
    return _product("hybrid", left.codes, rows, right, constants, of_rows, np.float32, numbers)


def with_addend(
    code: Sequence[Code], output: Value, addend: Value, bounds: Bounds
) -> tuple[Code, ...] | None:
    """The instructions of a product that makes floats, which then adds a value of the same shape
    and clamps the sum; None if they are none."""
    made = tuple(_with_addend(item, output, addend, bounds) for item in code)
    return None if all(new is old for new, old in zip(made, code, strict=True)) else made


def _with_addend(item: Code, output: Value, addend: Value, bounds: Bounds) -> Code:
    if not isinstance(item, Instruction) or not _MAKES_FLOATS.search(item.kernel):
        return item
    *arguments, place, _, _, _ = item.arguments
    if not isinstance(place, Value) or place.block != output.block:
        return item
    first = (place.offset - output.offset) // output.dtype.itemsize
    part = addend.part(first, (addend.count - first,))
    return replace(item, arguments=(*arguments, part, 1, *bounds))


_MAKES_FLOATS = re.compile(r"\.(float|hybrid)_\d+x\d+$")
"""Kernels whose last fields are what is added to the product."""


def requantized_product(
    codes: Value,
    rows: Rows,
    right: Right,
    constants: Sequence[Array],
    zero: int,
    bounds: Bounds,
) -> Product:
    """Of quantized integers: bytes, which are uint8 or int8. ``constants`` of all columns: what the
    sums start from (int32), multipliers. The bounds are of the output less its zero point."""
    numbers = (zero, *bounds)
    return _product("requantized", codes, rows, right, constants, (), np.uint8, numbers)


def _product(
    kind: str,
    left: Value,
    rows: Rows,
    right: Right,
    constants: Sequence[Array],
    of_rows: Sequence[Value],
    dtype: DTypeLike,
    numbers: Sequence[float],
) -> Product:
    isa, is_float = instruction_set(), kind == "float"
    sizes, group = (isa.float_tiles, 1) if is_float else (isa.integer_tiles, isa.group)
    output = new_value((rows.images, rows.count, right.groups * right.columns), dtype)
    divisible = right.groups == 1 and not right.by_image
    made: list[Instruction] = []
    for strip in strips(rows.count, right.columns, sizes, divisible):
        tile, packed = strip.tile, right.panels(strip, group)
        panels = right.groups * -(-strip.count // tile.columns)
        row_bytes = rows.image_step / rows.count if rows.image_step else rows.depth
        block = block_rows(rows.count, row_bytes * left.dtype.itemsize, panels, tile.rows)
        depth = len(rows.taps) * rows.depth
        made_here = output.part(strip.first, (output.count - strip.first,))
        arguments = (
            left,
            rows.offsets,
            rows.taps,
            packed.right,
            *(_columns(values, right, rows.images, strip) for values in constants),
            *of_rows,
            made_here,
            len(rows.taps),
            -(-rows.depth // group),
            rows.count,
            block,
            right.groups,
            panels // right.groups,
            strip.count,
            right.groups * right.columns,
            rows.depth,
            rows.image_step,
            panels if right.by_image else 0,
            *numbers,
            *((made_here, 0, *UNBOUNDED) if dtype == np.float32 else ()),
        )
        made += packed.before
        made.append(
            Instruction(
                f"{isa.name}.{kind}_{tile.rows}x{tile.columns}",
                arguments,
                rows.images * panels * -(-rows.count // block),
                grain(block * tile.columns * depth),
                alternates=block >= rows.count,
            )
        )
    return Product(output, tuple(made))


def _columns(values: Array, right: Right, images: int, strip: Strip) -> Array:
    """The constants of a strip's columns."""
    chosen = values.reshape(right.groups, right.columns)[:, strip.first :][:, : strip.count]
    packed = pack_columns(chosen.reshape(-1), right.groups, strip.tile.columns)
    return np.tile(packed, images) if right.by_image else packed

"""Matrix products by tiles, in the arithmetic of XNNPACK.

left: rows found by offset, of one or more images; right: panels of columns, group by group;
output: (images, rows, row_columns), of which each group fills its ``group_columns``. A chunk is a
block of an image's rows by a panel; the panels of a block follow each other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from kernels.compiled.epilogue import added, clamped, dequantized, requantized, stored
from kernels.compiled.steps import INTEGER_STEPS, float_step
from kernels.compiled.tile import Sums, Tile, address_at, sums_of_products
from kernels.compiled.vector_ir import (
    FLOAT,
    INT32,
    Kind,
    Register,
    constant,
    each,
    load,
    minimum,
    narrowed,
    select,
    splat,
)
from kernels.compiled.vector_kernel import VectorSource, vector_kernel
from kernels.field_types import INDEX, MEMORY, NUMBER
from kernels.isa import InstructionSet

WORD = 4
"""Bytes of an offset, a float, a sum."""

OPERANDS = dict.fromkeys(("left", "offsets", "taps", "panels"), MEMORY)
"""Numbers; int32 offsets of rows and of taps, counted in them; columns."""
SHAPE = dict.fromkeys(
    (
        "tap_count",
        "steps",
        "rows",
        "block_rows",
        "groups",
        "group_panels",
        "group_columns",
        "row_columns",
        "group_step",
        "image_step",
        "image_panels",
    ),
    INDEX,
)
"""Of a row on the left: its taps, and their steps. Of an image: its rows, and those of a block. Of
the columns: groups, panels and columns of each; columns of the output in all. From a group's
numbers on the left to the next one's; from an image's; from an image's panels to the next one's,
0 if it has the same."""
BOUNDS = {"low": NUMBER, "high": NUMBER}
SUM = {"addend": MEMORY, "is_sum": INDEX, "sum_low": NUMBER, "sum_high": NUMBER}
"""What is added to the output if ``is_sum``, place by place; then the sum is clamped."""


@dataclass(frozen=True)
class Place:
    """Where a chunk is: its image, rows from ``first`` to before ``end``, its panel; the address of
    its numbers on the left; where in the output its column 0 of row 0 is, and how many columns
    there are."""

    image: Register
    first: Register
    end: Register
    panel: Register
    left: Register
    start: Register
    columns: Register


def place_of(f: Any, chunk: Register, tile: Tile) -> Place:
    """Where a chunk is."""
    panels = f.groups * f.group_panels
    blocks = (f.rows + f.block_rows - 1) // f.block_rows
    panel, block, image = chunk % panels, chunk // panels % blocks, chunk // panels // blocks
    group, column = panel // f.group_panels, panel % f.group_panels * tile.columns
    first = block * f.block_rows
    numbers = image * f.image_step + group * f.group_step
    return Place(
        image=image,
        first=first,
        end=minimum(first + f.block_rows, f.rows),
        panel=panel + image * f.image_panels,
        left=f.left + numbers * tile.step.element.size,
        start=image * f.rows * f.row_columns + group * f.group_columns + column,
        columns=f.group_columns - column,
    )


def rows_from(f: Any, tile: Tile, row: Register) -> list[Register]:
    """The numbers of a tile's rows; those beyond the last are it once more."""
    return [minimum(row + r, f.rows - 1) for r in range(tile.rows)]


def of_columns(tile: Tile, table: Register, place: Place, kind: Kind) -> list[Register]:
    """A constant of each column, from a table of all panels."""
    start = table + place.panel * (tile.columns * WORD)
    return [load(start + v * kind.size, kind) for v in range(tile.vectors)]


def tile_sums(f: Any, tile: Tile, place: Place, rows: list[Register], start: Sums) -> Sums:
    """The sums of a tile from ``start``."""
    panel_bytes = f.tap_count * f.steps * (tile.vectors * tile.step.right.size)
    left = [address_at(place.left, f.offsets, row, tile.step.element.size) for row in rows]
    panel = f.panels + place.panel * panel_bytes
    return sums_of_products(tile, left, f.taps, f.tap_count, f.steps, panel, start)


def row_addresses(
    f: Any, place: Place, base: Register, rows: list[Register], size: int
) -> list[Register]:
    """Where numbers of ``size`` bytes that belong to a tile's rows begin."""
    return [base + (place.start + row * f.row_columns) * size for row in rows]


def store_rows(f: Any, place: Place, rows: list[Register], values: Sums) -> None:
    """Writes a tile's outputs."""
    size = Kind(values[0][0].kind.element).size
    stored(values, row_addresses(f, place, f.output, rows, size), place.columns)


def finish_floats(f: Any, place: Place, rows: list[Register], values: Sums) -> None:
    """Clamps a tile's floats, adds what is to be added to them, and writes them."""
    sources = row_addresses(f, place, f.addend, rows, WORD)
    made = added(clamped(values, f.low, f.high), sources, place.columns, f.is_sum > 0)
    store_rows(f, place, rows, clamped(made, f.sum_low, f.sum_high))


def for_tiles(place: Place, tile: Tile, make: Callable[[Tile, Register], None]) -> None:
    """``make(tile, row)`` for all rows of a chunk. A few rows that are left over are made one by
    one, which costs more than their share of a tile but less than a tile."""
    single = replace(tile, rows=1)
    few = tile.rows * tile.vectors // (tile.vectors + 2)
    rest = (place.end - place.first) % tile.rows
    singles = select(rest > few, constant(rest, rest.kind, 0), rest)
    whole = place.end - singles
    each(place.first, whole, tile.rows, lambda row: make(tile, row))
    each(whole, place.end, 1, lambda row: make(single, row))


def float_product(rows: int, columns: int, lanes: int) -> VectorSource:
    """Floats from the bias on, fused products one after the other, clamped: f32-gemm.

    bias: of each column of all panels.
    """
    tile = Tile.of(rows, columns, float_step(lanes))

    @vector_kernel(**OPERANDS, bias=MEMORY, output=MEMORY, **SHAPE, **BOUNDS, **SUM)
    def multiply(f: Any, chunk: Register) -> None:
        place = place_of(f, chunk, tile)

        def make(tile: Tile, row: Register) -> None:
            rows = rows_from(f, tile, row)
            start = [of_columns(tile, f.bias, place, tile.step.sums)] * tile.rows
            sums = tile_sums(f, tile, place, rows, start)
            finish_floats(f, place, rows, sums)

        for_tiles(place, tile, make)

    return multiply


def hybrid_product(rows: int, columns: int, isa: InstructionSet) -> VectorSource:
    """Exact sums of codes by int8 weights, made floats and clamped: qd8-f32-qc8w-gemm.

    weight_sums (int32), weight_scales, bias: of each column of all panels. scales, zeros (int32):
    the scale and minus the zero point of each row's codes, if ``row_step`` is 1, or each image's,
    if it is 0.
    """
    tile = Tile.of(rows, columns, INTEGER_STEPS[isa.name])
    integers, floats = tile.step.sums, FLOAT * tile.step.sums.count
    has_zero_points = isa.shift is not None

    @vector_kernel(
        **OPERANDS,
        **dict.fromkeys(("weight_sums", "weight_scales", "bias", "scales", "zeros"), MEMORY),
        output=MEMORY,
        **SHAPE,
        row_step=INDEX,
        **BOUNDS,
        **SUM,
    )
    def multiply(f: Any, chunk: Register) -> None:
        place = place_of(f, chunk, tile)

        def of_row(table: Register, row: Register, kind: Kind) -> Register:
            at = table + (place.image + row * f.row_step) * WORD
            return splat(load(at, Kind(kind.element)), kind.count)

        def start_of(rows: list[Register]) -> Sums:
            if not has_zero_points:
                return [[constant(chunk, integers, 0)] * tile.vectors] * len(rows)
            sums = of_columns(tile, f.weight_sums, place, integers)
            return [[total * zero for total in sums] for zero in zeros_of(rows)]

        def zeros_of(rows: list[Register]) -> list[Register]:
            return [of_row(f.zeros, row, integers) for row in rows]

        def make(tile: Tile, row: Register) -> None:
            rows = rows_from(f, tile, row)
            sums = tile_sums(f, tile, place, rows, start_of(rows))
            weight_scales = of_columns(tile, f.weight_scales, place, floats)
            bias = of_columns(tile, f.bias, place, floats)
            made = [
                dequantized(row_sums, of_row(f.scales, row, floats), weight_scales, bias)
                for row, row_sums in zip(rows, sums, strict=True)
            ]
            finish_floats(f, place, rows, made)

        for_tiles(place, tile, make)

    return multiply


def requantized_product(rows: int, columns: int, isa: InstructionSet) -> VectorSource:
    """Exact sums of codes by int8 weights, requantized to int8 or uint8: qs8-qc8w-gemm.

    start (int32), multipliers: of each column of all panels, what its sum starts from and what it
    is multiplied with. ``low`` and ``high`` bound the output less its zero point, ``zero``.
    """
    tile = Tile.of(rows, columns, INTEGER_STEPS[isa.name])
    integers, floats = tile.step.sums, FLOAT * tile.step.sums.count

    @vector_kernel(
        **OPERANDS, start=MEMORY, multipliers=MEMORY, output=MEMORY, **SHAPE, zero=INDEX, **BOUNDS
    )
    def multiply(f: Any, chunk: Register) -> None:
        place = place_of(f, chunk, tile)
        zero = splat(narrowed(f.zero, INT32), integers.count)

        def make(tile: Tile, row: Register) -> None:
            rows = rows_from(f, tile, row)
            start = [of_columns(tile, f.start, place, integers)] * tile.rows
            sums = tile_sums(f, tile, place, rows, start)
            multipliers = of_columns(tile, f.multipliers, place, floats)
            made = [requantized(row, multipliers, f.low, f.high, zero) for row in sums]
            store_rows(f, place, rows, made)

        for_tiles(place, tile, make)

    return multiply

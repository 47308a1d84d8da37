"""Matrix products added to what is there, by tiles, in the arithmetic of TFLite's recurrent
operators (MatrixBatchVectorMultiplyAccumulate).

left, panels, output and their fields are those of ``product``. start: (rows, columns), rows
``start_step`` floats apart, or one for all rows if that is 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kernels.compiled.product import (
    OPERANDS,
    SHAPE,
    WORD,
    Place,
    for_tiles,
    of_columns,
    place_of,
    rows_from,
    store_rows,
    tile_sums,
)
from kernels.compiled.steps import INTEGER_STEPS, float_step
from kernels.compiled.tile import Sums, Tile, address_at
from kernels.compiled.vector_ir import (
    FLOAT,
    Kind,
    Register,
    constant,
    first_places,
    load,
    loop,
    splat,
    to_float,
    when,
)
from kernels.compiled.vector_kernel import VectorSource, vector_kernel
from kernels.field_types import INDEX, MEMORY
from kernels.isa import InstructionSet

LANES = 4
"""Sums that TFLite adds up for each output, of every fourth product."""


def starts(f: Any, tile: Tile, place: Place, rows: list[Register]) -> Sums:
    """What is there before, in a tile's places; 0 in those beyond the last column."""
    kind = tile.step.sums if tile.step.sums.is_float else FLOAT * tile.step.sums.count
    addresses = [f.start + (place.start + row * f.start_step) * WORD for row in rows]

    def loaded(mask_of: Any) -> list[Register]:
        return [
            load(address + v * kind.size, kind, mask_of(v))
            for address in addresses
            for v in range(tile.vectors)
        ]

    def mask(v: int) -> Register:
        return first_places(place.columns - v * kind.count, kind.count)

    zeros = [constant(place.columns, kind, 0.0)] * (len(rows) * tile.vectors)
    whole = when(place.columns >= tile.columns, zeros, lambda *_: loaded(lambda v: None))
    all_of = when(place.columns < tile.columns, whole, lambda *_: loaded(mask))
    return [[*all_of[r * tile.vectors :][: tile.vectors]] for r in range(len(rows))]


def hybrid_accumulator(rows: int, columns: int, isa: InstructionSet) -> VectorSource:
    """``start + sum * (scale * weight scale)``, of exact sums of codes by int8 weights.

    weight_sums (int32), weight_scales: of each column of all panels; scales, zeros (int32): the
    scale and minus the zero point of each row's codes.
    """
    tile = Tile.of(rows, columns, INTEGER_STEPS[isa.name])
    integers, floats = tile.step.sums, FLOAT * tile.step.sums.count
    has_zero_points = isa.shift is not None

    @vector_kernel(
        **OPERANDS,
        **dict.fromkeys(("weight_sums", "weight_scales", "scales", "zeros", "start"), MEMORY),
        output=MEMORY,
        **SHAPE,
        start_step=INDEX,
    )
    def accumulate(f: Any, chunk: Register) -> None:
        place = place_of(f, chunk, tile)

        def of_row(table: Register, row: Register, kind: Kind) -> Register:
            return splat(load(table + row * WORD, Kind(kind.element)), kind.count)

        def first_sums(rows: list[Register]) -> Sums:
            if not has_zero_points:
                return [[constant(chunk, integers, 0)] * tile.vectors] * len(rows)
            sums = of_columns(tile, f.weight_sums, place, integers)
            return [[total * of_row(f.zeros, row, integers) for total in sums] for row in rows]

        def make(tile: Tile, row: Register) -> None:
            rows = rows_from(f, tile, row)
            sums = tile_sums(f, tile, place, rows, first_sums(rows))
            weight_scales = of_columns(tile, f.weight_scales, place, floats)
            made = []
            for before, row_sums, at in zip(starts(f, tile, place, rows), sums, rows, strict=True):
                scale = of_row(f.scales, at, floats)
                parts = zip(before, row_sums, weight_scales, strict=True)
                made.append([begun + to_float(n) * (scale * own) for begun, n, own in parts])
            store_rows(f, place, rows, made)

        for_tiles(place, tile, make)

    return accumulate


def lane_accumulator(rows: int, columns: int, lanes: int) -> VectorSource:
    """Floats, each product and sum rounded: LANES interleaved sums from 0, added up in order and
    to ``start``; then what is left over, one by one. There is one tap, and one image."""
    tile = Tile.of(rows, columns, float_step(lanes))
    kind, vectors = tile.step.sums, tile.vectors

    @vector_kernel(**OPERANDS, start=MEMORY, output=MEMORY, **SHAPE, start_step=INDEX)
    def accumulate(f: Any, chunk: Register) -> None:
        place = place_of(f, chunk, tile)

        def with_products(
            panel: Register, left: Sequence[Register], sums: Sequence[Register]
        ) -> list[Register]:
            """The sums of rows by vectors with those of one step."""
            right = [load(panel + v * kind.size, kind) for v in range(vectors)]
            factors = [splat(load(row, FLOAT), kind.count) for row in left]
            products = [factor * column for factor in factors for column in right]
            return [total + product for total, product in zip(sums, products, strict=True)]

        def make(tile: Tile, row: Register) -> None:
            rows, count = tile.rows, tile.rows * vectors

            def add_quad(number: Register, *carried: Register) -> list[Register]:
                panel, left, sums = carried[0], carried[1 : 1 + rows], carried[1 + rows :]
                made: list[Register] = []
                for lane in range(LANES):
                    at = panel + lane * vectors * kind.size
                    own = sums[lane * count :][:count]
                    made += with_products(at, [row + lane * WORD for row in left], own)
                moved = [row + LANES * WORD for row in left]
                return [panel + LANES * vectors * kind.size, *moved, *made]

            def add_one(number: Register, *carried: Register) -> list[Register]:
                panel, left, sums = carried[0], carried[1 : 1 + rows], carried[1 + rows :]
                made = with_products(panel, left, sums)
                return [panel + vectors * kind.size, *(row + WORD for row in left), *made]

            numbers = rows_from(f, tile, row)
            panel = f.panels + place.panel * f.steps * (vectors * kind.size)
            left = [address_at(place.left, f.offsets, number, WORD) for number in numbers]
            zeros = [constant(chunk, kind, 0.0)] * (LANES * count)
            moved = loop(f.steps // LANES, [panel, *left, *zeros], add_quad)
            lanes = [moved[1 + rows + lane * count :][:count] for lane in range(LANES)]
            before = [x for at in starts(f, tile, place, numbers) for x in at]
            totals = [*lanes[0]]
            for others in (*lanes[1:], before):
                totals = [a + b for a, b in zip(totals, others, strict=True)]
            done = loop(f.steps % LANES, [*moved[: 1 + rows], *totals], add_one)[1 + rows :]
            store_rows(f, place, numbers, [[*done[r * vectors :][:vectors]] for r in range(rows)])

        for_tiles(place, tile, make)

    return accumulate

"""Which tiles make a matrix, and how its rows are cut into blocks for the caches and threads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kernels.isa import TileSize

BLOCK_BYTES = 1 << 18
"""Of the left side of a block: with the panels it stays in a second-level cache."""
LEAST_CHUNKS = 8
"""That a product is cut into, if it is large: threads share them evenly."""
GRAIN_OPERATIONS = 1 << 20
"""Multiply-adds that a thread takes at least."""

SINGLE_ROW = 2.0
"""What a row costs that is made without others, in rows of a tile."""


@dataclass(frozen=True)
class Strip:
    """Columns from ``first`` on, ``count`` of them, made by one size of tile."""

    tile: TileSize
    first: int
    count: int


def strips(rows: int, columns: int, sizes: Sequence[TileSize], divisible: bool) -> list[Strip]:
    """The columns cut into one strip, or two if ``divisible``, that cost least."""
    candidates = [[Strip(size, 0, columns)] for size in sizes]
    if divisible:
        candidates += [
            [Strip(size, 0, whole), Strip(rest, whole, columns - whole)]
            for size in sizes
            for rest in sizes
            for whole in [columns // size.columns * size.columns]
            if 0 < whole < columns
        ]
    return min(candidates, key=lambda made: sum(_cost(rows, strip) for strip in made))


def _cost(rows: int, strip: Strip) -> float:
    """Multiply-adds, with those that are wasted, for one step of the depth."""
    tile = strip.tile
    whole, rest = rows // tile.rows * tile.rows, rows % tile.rows
    made = whole + min(tile.rows, SINGLE_ROW * rest)
    return made * -(-strip.count // tile.columns) * tile.columns / tile.speed


def block_rows(rows: int, row_bytes: float, panels: int, tile_rows: int) -> int:
    """Rows of a block, whole tiles: its left side fits the cache, and there are enough chunks."""
    fitting = int(BLOCK_BYTES / max(row_bytes, 1))
    blocks = max(-(-rows // max(fitting, 1)), -(-LEAST_CHUNKS // panels))
    return max(1, -(-rows // (blocks * tile_rows))) * tile_rows


def grain(operations: int) -> int:
    """Chunks that a thread takes at a time, if each has so many multiply-adds."""
    return max(1, GRAIN_OPERATIONS // max(operations, 1))

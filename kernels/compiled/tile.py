"""The register tile: sums of products of some rows by some vectors of columns.

A row on the left is ``tap_count`` runs of numbers, each ``steps`` steps long; run t begins at the
row's address plus the tap's offset. So a window of a convolution is a row of a matrix. The columns
on the right are a panel: vectors in the order in which they are used, [taps][steps][vectors].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kernels.compiled.steps import LEFT_BYTES, Step
from kernels.compiled.vector_ir import INT32, INT64, Register, load, loop, widened

Sums = list[list[Register]]
"""Of each row, its vectors."""


@dataclass(frozen=True)
class Tile:
    """``rows`` rows by ``vectors`` vectors, and the step that adds to them."""

    rows: int
    vectors: int
    step: Step

    @classmethod
    def of(cls, rows: int, columns: int, step: Step) -> Tile:
        """A tile with as many vectors as the columns need."""
        return cls(rows, columns // step.sums.count, step)

    @property
    def columns(self) -> int:
        """Of outputs."""
        return self.vectors * self.step.sums.count


def address_at(base: Register, offsets: Register, place: Register, size: int) -> Register:
    """Where a table of int32 offsets points to, counted in numbers of ``size`` bytes."""
    offset = load(offsets + place * INT32.size, INT32)
    return base + widened(offset, INT64) * size


def sums_of_products(
    tile: Tile,
    rows: Sequence[Register],
    taps: Register,
    tap_count: Register,
    steps: Register,
    panel: Register,
    start: Sums,
) -> Sums:
    """The tile's sums from ``start``, step by step in the order of the rows: each output is one
    chain."""
    step = tile.step

    def add_step(number: Register, *carried: Register) -> list[Register]:
        panel, *rest = carried
        left, sums = rest[: tile.rows], rest[tile.rows :]
        right = [load(panel + v * step.right.size, step.right) for v in range(tile.vectors)]
        added = [
            step.add(sums[r * tile.vectors + v], row, right[v])
            for r in range(tile.rows)
            for row in [step.left(left[r])]
            for v in range(tile.vectors)
        ]
        moved = [row + LEFT_BYTES for row in left]
        return [panel + tile.vectors * step.right.size, *moved, *added]

    def add_tap(number: Register, *carried: Register) -> list[Register]:
        panel, *sums = carried
        left = [address_at(row, taps, number, step.element.size) for row in rows]
        panel, *rest = loop(steps, [panel, *left, *sums], add_step)
        return [panel, *rest[tile.rows :]]

    sums = loop(tap_count, [panel, *(total for row in start for total in row)], add_tap)[1:]
    return [[*sums[r * tile.vectors :][: tile.vectors]] for r in range(tile.rows)]

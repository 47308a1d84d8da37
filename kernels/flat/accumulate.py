"""Instructions for the matrix products of recurrent operators, which are added to what is there.

The arithmetic is that of ``kernels.weight.accumulate``: TFLite's, not XNNPACK's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from kernels.flat.instruction import Instruction
from kernels.flat.panels import pack_columns, pack_panels, packed_once
from kernels.flat.rows import matrix_rows
from kernels.flat.tiling import Strip, block_rows, grain, strips
from kernels.flat.value import Source, Value, elements_from, new_value
from kernels.flat.weights import LARGEST_PRODUCT, LARGEST_SUM
from kernels.isa import TileSize, instruction_set
from kernels.node import Array, Operand
from kernels.weight import MATRIX_RANK, weight_scale

_INTEGER_TILES: Mapping[str, tuple[TileSize, ...]] = MappingProxyType(
    {
        "avx512vnni": (TileSize(6, 64), TileSize(1, 128, 0.55)),
        "avx2": (TileSize(6, 16), TileSize(1, 32, 0.55)),
        "neon_dot": (TileSize(4, 16), TileSize(1, 16, 0.55)),
        "generic": (TileSize(1, 1),),
    }
)
_FLOAT_TILES: Mapping[str, tuple[TileSize, ...]] = MappingProxyType(
    {
        "avx512vnni": (TileSize(4, 16), TileSize(1, 64, 0.55)),
        "avx2": (TileSize(3, 8), TileSize(1, 16, 0.55)),
        "neon_dot": (TileSize(6, 4), TileSize(1, 16, 0.55)),
        "generic": (TileSize(1, 1),),
    }
)
"""By instruction set."""


@dataclass(frozen=True)
class Weights:
    """Weights (n, depth), whose rows are the columns of one matrix, side by side; ``scales``
    (float32) and ``sums`` (int32) of all columns, None if they are floats."""

    parts: tuple[Array, ...]
    scales: Array | None = None
    sums: Array | None = None

    @property
    def depth(self) -> int:
        """How many numbers a row on the left has."""
        return int(self.parts[0].shape[1])

    @property
    def widths(self) -> tuple[int, ...]:
        """How many columns each part has."""
        return tuple(map(len, self.parts))

    @property
    def columns(self) -> int:
        """How many there are in all."""
        return sum(self.widths)

    def panels(self, strip: Strip, group: int) -> Array:
        """A strip's panels, packed once."""

        def pack() -> Array:
            columns = np.concatenate(self.parts)[strip.first : strip.first + strip.count]
            return pack_panels(columns.T[None, None], strip.tile.columns, group)

        others = tuple(map(id, self.parts[1:]))
        return packed_once(self.parts[0], ("side by side", strip, group, others), pack)


def joined_weights(operands: Sequence[Operand], given: Sequence[Source | None]) -> Weights | None:
    """Weights (n, depth), all float32 or all int8, constant and of the same depth, side by side.

    Raises ModelError for int8 weights without a scale.
    """
    parts = tuple(value for value in given if isinstance(value, np.ndarray))
    kinds = {(value.ndim, value.shape[-1:], value.dtype) for value in parts}
    if len(parts) < len(given) or len(kinds) != 1 or not all(value.size for value in parts):
        return None
    ((rank, (depth,), dtype),) = kinds
    if rank != MATRIX_RANK or depth * LARGEST_PRODUCT > LARGEST_SUM:
        return None
    if dtype == np.float32:
        return Weights(parts)
    scales = [weight_scale(operand.tensor) for operand in operands]
    pairs = [*zip(scales, map(len, parts), strict=True)]
    if dtype != np.int8 or any(len(scale) not in (1, count) for scale, count in pairs):
        return None
    spread = [np.broadcast_to(scale, count) for scale, count in pairs]
    sums = [value.sum(axis=1, dtype=np.int32) for value in parts]
    return Weights(parts, np.concatenate(spread), np.concatenate(sums))


@dataclass(frozen=True)
class RowCodes:
    """Rows of floats as they are multiplied: ``values``, ``step`` numbers from a row to the next;
    of codes their scales and minus their zero points."""

    values: Value
    count: int
    depth: int
    step: int
    scales: Value | None = None
    zeros: Value | None = None


def coded_rows(
    x: Value, count: int, depth: int, hybrid: bool, asymmetric: bool
) -> tuple[RowCodes, tuple[Instruction, ...]]:
    """x as ``count`` rows, and what quantizes them, if ``hybrid``."""
    if not hybrid:
        return RowCodes(x, count, depth, depth), ()
    isa = instruction_set()
    step = -(-depth // isa.lanes) * isa.lanes
    codes = new_value((count, step), isa.code)
    scales, zeros = new_value((count,), np.float32), new_value((count,), np.int32)
    name = f"recurrent_{isa.name}.{'asymmetric' if asymmetric else 'symmetric'}"
    made = Instruction(name, (x, codes, scales, zeros, depth, step), count, grain(depth))
    return RowCodes(codes, count, depth, step, scales, zeros), (made,)


def accumulated(
    rows: RowCodes, weights: Weights, start: Source, output: Value
) -> tuple[Instruction, ...]:
    """output (count, columns) = start + rows * weights; ``start`` has a number for each, or for
    each column."""
    isa, hybrid = instruction_set(), weights.scales is not None
    tiles = (_INTEGER_TILES if hybrid else _FLOAT_TILES)[isa.name]
    place = matrix_rows(rows.count, rows.depth, rows.step)
    start_count = start.count if isinstance(start, Value) else start.size
    start_step = weights.columns if start_count > weights.columns or rows.count == 1 else 0
    made = []
    for strip in strips(rows.count, weights.columns, tiles, divisible=True):
        tile, group = strip.tile, isa.group if hybrid else 1
        panels = -(-strip.count // tile.columns)
        block = block_rows(rows.count, rows.step * rows.values.dtype.itemsize, panels, tile.rows)
        of_columns = [
            _columns(values, strip)
            for values in (weights.sums, weights.scales)
            if values is not None
        ]
        of_rows = [value for value in (rows.scales, rows.zeros) if value is not None]
        arguments = (
            rows.values,
            place.offsets,
            place.taps,
            weights.panels(strip, group),
            *of_columns,
            *of_rows,
            elements_from(start, strip.first),
            elements_from(output, strip.first),
            1,
            -(-rows.depth // group),
            rows.count,
            block,
            1,
            panels,
            strip.count,
            weights.columns,
            rows.depth,
            0,
            0,
            start_step,
        )
        chunks = panels * -(-rows.count // block)
        kind = "hybrid" if hybrid else "lanes"
        name = f"recurrent_{isa.name}.{kind}_{tile.rows}x{tile.columns}"
        share = grain(block * tile.columns * rows.depth)
        made.append(Instruction(name, arguments, chunks, share, alternates=chunks == panels))
    return tuple(made)


def _columns(values: Array, strip: Strip) -> Array:
    return pack_columns(values[strip.first :][: strip.count], 1, strip.tile.columns)

"""Products that are added to what is there, by every instruction set of this machine."""

from dataclasses import dataclass

import numpy as np
import pytest

from kernels.flat.accumulate import _FLOAT_TILES, _INTEGER_TILES
from kernels.flat.panels import pack_columns, pack_panels
from kernels.float_matmul import lane_matmul
from kernels.kernel import kernel
from tests.tiles import USABLE, bits, isa_of


@dataclass(frozen=True)
class Case:
    rows: int
    depth: int
    columns: int
    block_rows: int = 1 << 30
    one_start: bool = False


CASES = [
    Case(1, 1, 1),
    Case(1, 3, 40, one_start=True),
    Case(7, 64, 64),
    Case(13, 18, 130, block_rows=4),
    Case(2, 129, 200, one_start=True),
]


def tiles_of(table):
    return [(name, tile) for name in USABLE for tile in table[name]]


def run(case, name, tile, group, left, weights, constants, of_rows):
    """Runs a kernel on tiles; the start, and what it makes."""
    rng = np.random.default_rng(7)
    shape = (1 if case.one_start else case.rows, case.columns)
    start = rng.standard_normal(shape).astype(np.float32)
    output = np.full((case.rows, case.columns), 7, np.float32)
    panels = -(-case.columns // tile.columns)
    block = min(-(-case.rows // tile.rows) * tile.rows, case.block_rows // tile.rows * tile.rows)
    block = max(block, tile.rows)
    kernel(f"{name}_{tile.rows}x{tile.columns}")(
        left,
        np.arange(case.rows, dtype=np.int32) * left.shape[1],
        np.zeros(1, np.int32),
        pack_panels(weights[None, None], tile.columns, group),
        *(pack_columns(values, 1, tile.columns) for values in constants),
        *of_rows,
        start,
        output,
        1,
        -(-case.depth // group),
        case.rows,
        block,
        1,
        panels,
        case.columns,
        case.columns,
        case.depth,
        0,
        0,
        0 if case.one_start else case.columns,
        chunks=panels * -(-case.rows // block),
    )
    return start, output


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("name", "tile"), tiles_of(_INTEGER_TILES))
def test_hybrid(name, tile, case):
    rng, isa = np.random.default_rng(0), isa_of(name)
    step = -(-case.depth // isa.lanes) * isa.lanes
    zero = rng.integers(-128, 128, case.rows).astype(np.int32)
    shift = isa.shift or 0
    values = rng.integers(-128, 128, (case.rows, step)).astype(np.int32)
    stored = values - zero[:, None] if isa.shift is None else values + shift
    weights = rng.integers(-127, 128, (case.depth, case.columns)).astype(np.int8)
    weight_scales = rng.uniform(0.001, 1, case.columns).astype(np.float32)
    scales = rng.uniform(0.001, 1, case.rows).astype(np.float32)
    constants = (weights.sum(axis=0, dtype=np.int32), weight_scales)
    left = stored.astype(isa.code)
    start, made = run(
        case,
        f"recurrent_{name}.hybrid",
        tile,
        isa.group,
        left,
        weights,
        constants,
        (scales, -(zero + shift)),
    )
    centered = values[:, : case.depth] - zero[:, None]
    sums = (centered @ weights.astype(np.int32)).astype(np.float32)
    expected = start + sums * (scales[:, None] * weight_scales)
    np.testing.assert_array_equal(made, expected)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("name", "tile"), tiles_of(_FLOAT_TILES))
def test_lanes(name, tile, case):
    rng = np.random.default_rng(0)
    left = rng.standard_normal((case.rows, case.depth)).astype(np.float32)
    weights = rng.standard_normal((case.depth, case.columns)).astype(np.float32)
    left[case.rows // 2, case.depth // 2] = np.nan if case.rows > 1 else -0.0
    start, made = run(case, f"recurrent_{name}.lanes", tile, 1, left, weights, (), ())
    np.testing.assert_array_equal(bits(made), bits(lane_matmul(left, weights, start)))

"""Every tile of every instruction set that this machine has, against the definition in NumPy."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from kernels import xnnpack
from kernels.flat.panels import pack_columns, pack_panels
from kernels.float_matmul import fused_matmul
from kernels.isa import TileSize
from kernels.kernel import kernel
from kernels.requantization import requantize_fp32
from tests.tiles import USABLE, bits, code_zero, isa_of


@dataclass(frozen=True)
class Case:
    """``images`` of ``rows`` windows, each of ``taps`` runs of ``depth`` numbers for each group."""

    rows: int
    taps: int
    depth: int
    columns: int
    images: int = 1
    groups: int = 1
    block_rows: int = 1 << 30
    low: float = -np.inf
    high: float = np.inf
    sum_low: float | None = None
    """What the sum with something else is clamped to, if there is one."""


CASES = [
    Case(1, 1, 1, 1),
    Case(3, 2, 5, 17, low=0, sum_low=0),
    Case(13, 1, 64, 64, low=0, high=6),
    Case(29, 3, 18, 130, images=2, block_rows=12, sum_low=-np.inf),
    Case(14, 4, 7, 9, images=2, groups=3, low=-1, high=1),
]


@dataclass(frozen=True)
class Operands:
    """left: (images, numbers); weights: (groups, taps, depth, columns)."""

    case: Case
    left: np.ndarray
    offsets: np.ndarray
    taps: np.ndarray
    weights: np.ndarray

    def windows(self) -> np.ndarray:
        """(groups, images * rows, taps * depth)"""
        places = self.offsets[:, None, None] + self.taps[:, None] + np.arange(self.case.depth)
        return np.stack(
            [
                self.left[:, places + group * self.case.depth].reshape(
                    len(self.left), len(places), -1
                )
                for group in range(self.case.groups)
            ]
        ).reshape(self.case.groups, len(self.left) * len(places), -1)

    def matrices(self) -> np.ndarray:
        """(groups, taps * depth, columns)"""
        return self.weights.reshape(self.case.groups, -1, self.case.columns)

    def run(self, name: str, tile: TileSize, group: int, constants, of_rows, output, numbers):
        """Runs a kernel on tiles."""
        case, width = self.case, tile.columns
        panels = -(-case.columns // width)
        block = min(case.rows, -(-case.block_rows // tile.rows) * tile.rows)
        kernel(f"{name}_{tile.rows}x{width}")(
            self.left,
            self.offsets,
            self.taps,
            pack_panels(self.weights, width, group),
            *(pack_columns(values, case.groups, width) for values in constants),
            *of_rows,
            output,
            case.taps,
            -(-case.depth // group),
            case.rows,
            block,
            case.groups,
            panels,
            case.columns,
            case.groups * case.columns,
            case.depth,
            self.left.shape[1],
            0,
            *numbers,
            chunks=case.images * case.groups * panels * -(-case.rows // block),
        )


SLACK = 64


def operands(rng, case: Case, numbers, weights) -> Operands:
    """``numbers`` and ``weights`` make an array of a shape."""
    stride, tap = case.groups * case.depth + 1, case.groups * case.depth + 2
    left = numbers((case.images, case.rows * stride + case.taps * tap + SLACK))
    offsets = rng.permutation(case.rows).astype(np.int32) * np.int32(stride)
    taps = np.arange(case.taps, dtype=np.int32) * np.int32(tap)
    made = weights((case.groups, case.taps, case.depth, case.columns))
    return Operands(case, left, offsets, taps, made)


def by_rows(groups) -> np.ndarray:
    return np.concatenate([*groups], axis=1)


def clamped(x, case: Case):
    above = x if case.low == -np.inf else np.maximum(x, np.float32(case.low))
    return above if case.high == np.inf else np.minimum(above, np.float32(case.high))


def ending(rng, case: Case, output):
    """What is added to the output, and the numbers that say so."""
    addend = rng.standard_normal(output.shape).astype(np.float32)
    low = -np.inf if case.sum_low is None else case.sum_low
    return addend, int(case.sum_low is not None), low, np.inf


def finished(x, addend, case: Case):
    made = clamped(x, case)
    if case.sum_low is None:
        return made
    return clamped(made + addend, replace(case, low=case.sum_low, high=np.inf))


FLOAT_TILES = [(name, tile) for name in USABLE for tile in isa_of(name).float_tiles]
INTEGER_TILES = [(name, tile) for name in USABLE for tile in isa_of(name).integer_tiles]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("name", "tile"), FLOAT_TILES)
def test_float(name, tile, case):
    rng = np.random.default_rng(0)

    def normal(shape):
        return rng.standard_normal(shape).astype(np.float32)

    given, bias = operands(rng, case, normal, normal), normal(case.groups * case.columns)
    given.left[0, given.offsets[0]] = np.nan
    output = np.full((case.images * case.rows, len(bias)), 7, np.float32)
    addend, *numbers = ending(rng, case, output)
    numbers = (case.low, case.high, addend, *numbers)
    given.run(f"{name}.float", tile, 1, [bias], [], output, numbers)
    parts = bias.reshape(case.groups, -1)
    expected = by_rows(map(fused_matmul, given.windows(), given.matrices(), parts))
    np.testing.assert_array_equal(bits(output), bits(finished(expected, addend, case)))


def codes(rng, isa, shape, zero):
    """Codes as they are stored, of random int8 codes whose zero point is ``zero``."""
    int8 = rng.integers(-128, 128, shape)
    return (int8 - zero if isa.shift is None else int8 + isa.shift).astype(isa.code)


def int8_weights(rng):
    return lambda shape: rng.integers(-128, 128, shape).astype(np.int8)


def integer_products(given, zeros):
    """Of the codes less their zero points by the weights: (images * rows, columns)."""
    centred = given.windows().astype(np.int64) - zeros[:, None]
    return by_rows(centred @ given.matrices().astype(np.int64))


@pytest.mark.parametrize("by_row", [True, False])
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("name", "tile"), INTEGER_TILES)
def test_hybrid(name, tile, case, by_row):
    isa, rng = isa_of(name), np.random.default_rng(1)
    if by_row and case.images > 1:
        pytest.skip("rows with a scale each are one image's")
    count = case.rows if by_row else case.images
    zero, scale = rng.integers(-128, 128, count), rng.uniform(0.01, 2, count).astype(np.float32)
    scale[0] = np.nan
    of_image = zero * 0 if by_row else zero
    given = operands(
        rng, case, lambda shape: codes(rng, isa, shape, of_image[:1, None]), int8_weights(rng)
    )
    zeros = code_zero(isa, of_image)
    n = case.groups * case.columns
    weight_scale, bias = (rng.standard_normal(n).astype(np.float32) for _ in range(2))
    sums = given.weights.sum((1, 2), dtype=np.int32).reshape(-1)
    output = np.zeros((case.images * case.rows, n), np.float32)
    constants, of_rows = (sums, weight_scale, bias), (scale, (-zeros).astype(np.int32))
    addend, *numbers = ending(rng, case, output)
    numbers = (int(by_row), case.low, case.high, addend, *numbers)
    given.run(f"{name}.hybrid", tile, isa.group, constants, of_rows, output, numbers)
    repeat = 1 if by_row else case.rows
    products = integer_products(given, np.repeat(zeros, repeat)).astype(np.float32)
    scales = np.repeat(scale, repeat)[:, None]
    expected = xnnpack.dequantize(products, scales, weight_scale, bias)
    np.testing.assert_array_equal(bits(output), bits(finished(expected, addend, case)))


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("name", "tile"), INTEGER_TILES)
def test_requantized(name, tile, case):
    isa, rng = isa_of(name), np.random.default_rng(2)
    given = operands(rng, case, lambda shape: codes(rng, isa, shape, 3), int8_weights(rng))
    n, zero, (low, high) = case.groups * case.columns, -5, (-100, 90)
    start = rng.integers(-(2**20), 2**20, n).astype(np.int32)
    multipliers = rng.uniform(1e-5, 1e-2, n).astype(np.float32)
    output = np.zeros((case.images * case.rows, n), np.uint8)
    numbers = (zero, low - zero, high - zero)
    constants = (start, multipliers)
    given.run(f"{name}.requantized", tile, isa.group, constants, [], output, numbers)
    products = integer_products(given, np.zeros(len(output), np.int64))
    steps = requantize_fp32(products + start, multipliers)
    np.testing.assert_array_equal(output.view(np.int8), np.clip(steps + zero, low, high))

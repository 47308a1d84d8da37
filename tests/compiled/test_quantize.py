"""Quantizing rows and images, by every instruction set of this machine."""

import numpy as np
import pytest

from kernels import activation_quantization
from kernels.kernel import kernel
from tests.tiles import USABLE, bits, code_zero, isa_of

SHAPES = [(1, 1), (1, 300), (3, 7), (16, 64), (17, 65), (40, 129), (5, 1030)]


def special_rows(rng, rows: int, depth: int) -> np.ndarray:
    """Rows of all kinds: zeros, one sign only, ties, tiny, huge, NaN, infinite."""
    x = (rng.standard_normal((rows, depth)) * 3 + rng.choice([-2, 0, 2])).astype(np.float32)
    kinds = [
        lambda row: row * 0,
        np.abs,
        lambda row: -np.abs(row),
        lambda row: np.round(row * 2) / 2 + np.linspace(-127.5, 127.5, depth).round(),
        lambda row: row * np.float32(1e-39),
        lambda row: row * np.float32(1e38),
        lambda row: np.where(np.arange(depth) == depth - 1, np.nan, row),
        lambda row: np.where(np.arange(depth) == 0, -np.nan, row),
        lambda row: np.where(np.arange(depth) == depth // 2, np.inf, row),
        lambda row: np.where(np.arange(depth) == depth // 3, -np.inf, row),
    ]
    with np.errstate(over="ignore"):
        for number, row in enumerate(x[1:]):
            row[:] = kinds[number % len(kinds)](row)
    return x


def assert_quantized(isa, x, codes, scales, zeros) -> None:
    """codes: (rows, depth) as stored; zeros: minus the zero points of codes."""
    expected = activation_quantization.xnnpack(x)
    np.testing.assert_array_equal(bits(scales), bits(expected.scale[:, 0]))
    finite = np.isfinite(scales)
    zero = expected.zero_point[finite, 0].astype(np.int32)
    np.testing.assert_array_equal(
        codes[finite] - code_zero(isa, zero)[:, None], expected.values[finite]
    )
    np.testing.assert_array_equal(-zeros[finite], zero + (isa.shift or 0))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", USABLE)
def test_rows(name, shape):
    isa, (rows, depth) = isa_of(name), shape
    x = special_rows(np.random.default_rng(0), rows, depth)
    step, chunks = -(-depth // isa.lanes) * isa.lanes, -(-rows // isa.lanes)
    codes = np.zeros((rows, step), isa.code)
    scales, zeros, inverses = (
        np.zeros(chunks * isa.lanes, dtype) for dtype in (np.float32, np.int32, np.float32)
    )
    arguments = (x, codes, scales, zeros, inverses, rows, depth, step, isa.lanes)
    kernel(f"{name}.quantize_rows")(*arguments, chunks=chunks)
    assert_quantized(isa, x, codes[:, :depth].astype(np.int32), scales[:rows], zeros[:rows])


@pytest.mark.parametrize("part", [1, 16, 100, 5000])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", USABLE)
def test_images(name, shape, part):
    isa, (images, count) = isa_of(name), shape
    x = special_rows(np.random.default_rng(1), images, count)
    parts = -(-count // part)
    lows, highs = (np.zeros((images, parts), np.int32) for _ in range(2))
    scales, zeros, inverses = (
        np.zeros(images, dtype) for dtype in (np.float32, np.int32, np.float32)
    )
    codes = np.zeros((images, count), isa.code)
    parameters = (scales, zeros, inverses)
    kernel(f"{name}.find_ranges")(x, lows, highs, count, part, parts, chunks=images * parts)
    kernel(f"{name}.find_parameters")(lows, highs, *parameters, parts, chunks=images)
    kernel(f"{name}.encode_images")(x, codes, *parameters, 1, 0, 0, count, 0, 0, chunks=images)
    assert_quantized(isa, x, codes.astype(np.int32), scales, zeros)

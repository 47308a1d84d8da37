"""Depthwise convolution of floats, in the arithmetic of XNNPACK's f32-dwconv.

x: (N, H, W, C); filters: (taps, C), in the order in which taps are added; bias: (C,); outside:
(W, C) zeros; output: (N, OH, OW, C). A sum begins at the bias, products are fused, and what is
beyond the image counts as zero. A chunk is a band of rows by a block of channels: see ``windows``.
"""

from __future__ import annotations

from itertools import product
from typing import Any

from kernels.compiled.vector_ir import (
    FLOAT,
    INT32,
    INT64,
    Register,
    each,
    fma,
    load,
    loop,
    minimum,
    widened,
)
from kernels.compiled.vector_kernel import VectorSource, vector_kernel
from kernels.compiled.windows import (
    SHAPE,
    Chunk,
    Neighbours,
    Pixels,
    Place,
    Vectors,
    clamp,
    divide,
    make_rows,
)
from kernels.field_types import INDEX, MEMORY, NUMBER

OPERANDS = dict.fromkeys(("x", "filters", "bias", "outside", "output"), MEMORY)
BOUNDS = {"low": NUMBER, "high": NUMBER}


def square_filter(
    lanes: int, size: int, vectors: int, together: int = 1, lines: int = 1
) -> VectorSource:
    """With a square filter whose weights stay in registers: taps go column by column.

    ``vectors`` of channels, ``together`` neighbours of a row and ``lines`` rows are made at a time.
    Several rows share what they see of the input, if their step is the distance of the taps.
    """

    @vector_kernel(**OPERANDS, **SHAPE, dilation_rows=INDEX, dilation_columns=INDEX, **BOUNDS)
    def convolve(f: Any, number: Register) -> None:
        divide(f, number, lanes, vectors, lambda chunk: make_chunk(f, chunk))

    def make_chunk(f: Any, chunk: Chunk) -> None:
        pixels = Pixels(f, chunk, FLOAT.size, f.outside)
        here = chunk.channel * FLOAT.size
        bias = chunk.load(f.bias + here, FLOAT)
        taps = [f.filters + here + pixels.pitch * tap for tap in range(size * size)]
        weights = [chunk.load(tap, FLOAT) for tap in taps]

        def make(row: Register) -> None:
            first = minimum(row, chunk.end - lines)
            top = first * f.stride_rows - f.top
            seen = range(size + lines - 1)
            rows = [pixels.input_row(top + f.dilation_rows * number) for number in seen]

            def sums(column: Register, count: int, place: Place) -> Neighbours:
                made = [[bias] * count for _ in range(lines)]
                left = column * f.stride_columns - f.left
                for across, down, number in product(range(size), seen, range(count)):
                    at = place(rows[down], left + f.dilation_columns * across, number)
                    x = chunk.load(at, FLOAT)
                    for line in range(max(0, down - size + 1), min(lines, down + 1)):
                        terms = (x, weights[across * size + down - line], made[line][number])
                        made[line][number] = [fma(*t) for t in zip(*terms, strict=True)]
                return [[_clamped(f, vectors) for vectors in line] for line in made]

            make_rows(pixels, first, together, sums)

        each(chunk.begin, chunk.end, lines, make)

    return convolve


def any_filter(lanes: int, together: int) -> VectorSource:
    """With any filter. taps: (taps, 2) int32, the row and the column of each in the window."""

    @vector_kernel(**OPERANDS, **SHAPE, taps=MEMORY, tap_count=INDEX, **BOUNDS)
    def convolve(f: Any, number: Register) -> None:
        divide(f, number, lanes, 1, lambda chunk: make_chunk(f, chunk))

    def make_chunk(f: Any, chunk: Chunk) -> None:
        pixels = Pixels(f, chunk, FLOAT.size, f.outside)
        here = chunk.channel * FLOAT.size
        bias = chunk.load(f.bias + here, FLOAT)

        def make(row: Register) -> None:
            top = row * f.stride_rows - f.top

            def sums(column: Register, count: int, place: Place) -> Neighbours:
                left = column * f.stride_columns - f.left

                def add(tap: Register, *made: Register) -> list[Register]:
                    down, right = _tap(f, tap)
                    start = pixels.input_row(top + down)
                    (weight,) = chunk.load(f.filters + here + tap * pixels.pitch, FLOAT)
                    places = (place(start, left + right, number) for number in range(count))
                    x = [chunk.load(address, FLOAT)[0] for address in places]
                    return [fma(a, weight, total) for a, total in zip(x, made, strict=True)]

                totals = loop(f.tap_count, bias * count, add)
                return [[_clamped(f, [total]) for total in totals]]

            make_rows(pixels, row, together, sums)

        each(chunk.begin, chunk.end, 1, make)

    return convolve


def _tap(f: Any, number: Register) -> tuple[Register, Register]:
    """The row and the column of a tap."""
    at = f.taps + number * (2 * INT32.size)
    return widened(load(at, INT32), INT64), widened(load(at + INT32.size, INT32), INT64)


def _clamped(f: Any, vectors: Vectors) -> Vectors:
    return [clamp(x, f.low, f.high) for x in vectors]

"""Pooling over small square windows of images (N, H, W, C).

outside: a row (W, C) of what counts beyond the image: zeros for a mean, which knows how many
elements are within; for a maximum the least number, unless zeros are part of the image. A chunk is
a band of rows by a block of channels: see ``windows``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kernels.compiled.vector_ir import (
    FLOAT,
    INT8,
    INT32,
    INT64,
    Kind,
    Register,
    constant,
    each,
    greater,
    maximum,
    minimum,
    narrowed,
    select,
    splat,
    to_float,
    truncated,
    when,
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
from kernels.field_types import MEMORY, NUMBER

TILE = 9
"""Elements that XNNPACK's f32-avgpool adds at a time."""

FIELDS = {
    **dict.fromkeys(("x", "outside", "output"), MEMORY),
    **SHAPE,
    **dict.fromkeys(("low", "high"), NUMBER),
}

Pool = Callable[[Any, Sequence[Vectors], Register], Vectors]
"""Vectors of the output, from those of the elements under the window and how many are within."""


def square_window(
    number: Kind, lanes: int, size: int, vectors: int, by_columns: bool, pool: Pool
) -> VectorSource:
    """For a square window; elements go row by row, or column by column."""

    @vector_kernel(**FIELDS)
    def run(f: Any, place: Register) -> None:
        divide(f, place, lanes, vectors, lambda chunk: make_chunk(f, chunk))

    def make_chunk(f: Any, chunk: Chunk) -> None:
        pixels = Pixels(f, chunk, number.size, f.outside)

        def make(row: Register) -> None:
            top = row * f.stride_rows - f.top
            rows = [pixels.input_row(top + tap) for tap in range(size)]
            height = covered(top, size, f.height)

            def pooled(column: Register, count: int, place: Place) -> Neighbours:
                left = column * f.stride_columns - f.left
                taps = [(tap // size, tap % size) for tap in range(size * size)]
                if by_columns:
                    taps = [tap[::-1] for tap in taps]
                elements = [chunk.load(place(rows[y], left + x, 0), number) for y, x in taps]
                return [[pool(f, elements, height * covered(left, size, f.width))]]

            make_rows(pixels, row, 1, pooled)

        each(chunk.begin, chunk.end, 1, make)

    return run


def covered(first: Register, size: Register | int, length: Register) -> Register:
    """How many rows or columns of a window are within the image."""
    return minimum(first + size, length) - maximum(first, constant(first, INT64, 0))


def tiled_sum(elements: Sequence[Register]) -> Register:
    """Up to TILE elements, in the order of XNNPACK; what is missing is zero."""
    zero = constant(elements[0], elements[0].kind, 0.0)
    a, b, c, d, e, f, g, h, i = [*elements, *[zero] * (TILE - len(elements))]
    return ((c + d) + (e + f)) + (((a + b) + i) + (g + h))


def share_of(within: Register, lanes: int) -> Register:
    """1 / how many elements count."""
    count = to_float(narrowed(within, INT32))
    return splat(constant(within, FLOAT, 1.0) / count, lanes)


def mean(f: Any, elements: Sequence[Vectors], within: Register) -> Vectors:
    """Of floats, the elements column by column."""
    sums = [tiled_sum(column) for column in zip(*elements, strict=True)]
    share = share_of(within, sums[0].kind.count)
    return [clamp(total * share, f.low, f.high) for total in sums]


def greatest(f: Any, elements: Sequence[Vectors], within: Register) -> Vectors:
    """Of floats: NaN wins, and of equals the last."""
    most, total = [*elements[0]], [*elements[0]]
    for element in elements[1:]:
        most = [greater(a, b) for a, b in zip(most, element, strict=True)]
        total = [a + b for a, b in zip(total, element, strict=True)]
    # Where there is NaN, the total is NaN.
    doubtful = total[0].is_nan()
    for other in total[1:]:
        doubtful = doubtful.either(other.is_nan())

    def careful(*_: Register) -> Vectors:
        made = [*elements[0]]
        for element in elements[1:]:
            made = [greater_or_nan(a, b) for a, b in zip(made, element, strict=True)]
        return made

    most = [*when(doubtful.is_anywhere(), most, careful)]
    return [clamp(x, f.low, f.high) for x in most]


def greater_or_nan(a: Register, b: Register) -> Register:
    """The greater; b if they are equal; the first that is NaN."""
    return select(a.is_nan(), a, greater(a, b))


def greatest_integer(f: Any, elements: Sequence[Vectors], within: Register) -> Vectors:
    """Of integers."""
    most = [*elements[0]]
    for element in elements[1:]:
        most = [maximum(a, b) for a, b in zip(most, element, strict=True)]
    return [clamped_integer(f, x) for x in most]


def clamped_integer(f: Any, x: Register) -> Register:
    """Between the bounds, which are floats."""
    low, high = (
        splat(narrowed(truncated(bound), Kind(x.kind.element)), x.kind.count)
        for bound in (f.low, f.high)
    )
    return minimum(maximum(x, low), high)


def square_averages(lanes: int, size: int) -> VectorSource:
    """AVERAGE_POOL_2D of floats."""
    return square_window(FLOAT, lanes, size, 4, by_columns=True, pool=mean)


def square_maxima(lanes: int, size: int) -> VectorSource:
    """MAX_POOL_2D of floats."""
    return square_window(FLOAT, lanes, size, 2, by_columns=False, pool=greatest)


def square_byte_maxima(lanes: int, size: int) -> VectorSource:
    """MAX_POOL_2D of int8."""
    return square_window(INT8, 4 * lanes, size, 1, by_columns=False, pool=greatest_integer)

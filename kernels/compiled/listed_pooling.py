"""Pooling over windows of any size of images (N, H, W, C).

A chunk is a row of an image's output. For each of its pixels the addresses of the elements under
the window are listed, on the stack; then channels are pooled, a vector at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kernels.compiled.pooling import (
    TILE,
    clamped_integer,
    covered,
    greater_or_nan,
    share_of,
    tiled_sum,
)
from kernels.compiled.runs import for_vectors
from kernels.compiled.vector_ir import (
    FLOAT,
    INT8,
    INT32,
    INT64,
    Kind,
    Register,
    constant,
    load,
    loop,
    maximum,
    narrowed,
    scratch,
    select,
    splat,
    store,
    times,
    to_float,
    truncated,
    widened,
)
from kernels.compiled.vector_kernel import VectorSource, vector_kernel
from kernels.compiled.windows import clamp
from kernels.field_types import INDEX, MEMORY, NUMBER

MOST_TAPS = 1 << 13
"""Of a window."""
ADDRESS = 8

FIELDS = {
    **dict.fromkeys(("x", "outside", "output"), MEMORY),
    **dict.fromkeys(
        (
            "height",
            "width",
            "channels",
            "rows",
            "columns",
            "stride_rows",
            "stride_columns",
            "top",
            "left",
            "filter_rows",
            "filter_columns",
            "counts_outside",
        ),
        INDEX,
    ),
    "low": NUMBER,
    "high": NUMBER,
}
"""``outside``: a pixel that stands for all beyond the image, if ``counts_outside`` is 1; if it is 0
they do not count."""

Pool = Callable[[Any, Register, Register, Callable[[Register], Register]], Register]
"""A vector of the output: given how many elements there are, the product of the rows and columns
that are within the image, and a function that loads a vector of an element."""


def pooling(number: Kind, lanes: int, by_columns: bool, tile: int, pool: Pool) -> VectorSource:
    """A kernel for images of such numbers. Elements are listed row by row, or column by column,
    their number up to a multiple of ``tile``."""

    @vector_kernel(**FIELDS)
    def run(f: Any, chunk: Register) -> None:
        table = scratch(chunk, INT64, MOST_TAPS + TILE)
        row, image = chunk % f.rows, chunk // f.rows
        pitch = f.channels * number.size

        def make_pixel(column: Register) -> None:
            top, left = row * f.stride_rows - f.top, column * f.stride_columns - f.left
            count = list_elements(top, left)
            within = covered(top, f.filter_rows, f.height) * covered(
                left, f.filter_columns, f.width
            )
            target = f.output + (chunk * f.columns + column) * pitch

            def make_vector(place: Register, mask: Register | None) -> None:
                def element(index: Register) -> Register:
                    address = load(table + index * ADDRESS, INT64) + place * number.size
                    return load(address, number * lanes, mask)

                store(pool(f, count, within, element), target + place * number.size, mask)

            for_vectors(f.channels, lanes, make_vector)

        def list_elements(top: Register, left: Register) -> Register:
            inner, outer = f.filter_columns, f.filter_rows
            if by_columns:
                inner, outer = outer, inner

            def list_outer(i: Register, listed: Register) -> tuple[Register, ...]:
                def list_inner(j: Register, listed: Register) -> list[Register]:
                    y, x = (top + j, left + i) if by_columns else (top + i, left + j)
                    inside = (y >= 0) & (y < f.height) & (x >= 0) & (x < f.width)
                    at = f.x + ((image * f.height + y) * f.width + x) * pitch
                    store(select(inside, at, f.outside), table + listed * ADDRESS)
                    return [listed + select(inside, constant(i, INT64, 1), f.counts_outside)]

                return loop(inner, [listed], list_inner)

            (listed,) = loop(outer, [constant(chunk, INT64, 0)], list_outer)
            for missing in range(tile - 1):
                store(f.outside, table + (listed + missing) * ADDRESS)
            return listed

        times(f.columns, make_pixel)

    return run


def tiled_mean(
    f: Any, count: Register, within: Register, element: Callable[[Register], Register]
) -> Register:
    """XNNPACK's f32-avgpool: TILE elements at a time, in its order."""

    def add(tile: Register, total: Register) -> list[Register]:
        return [total + tiled_sum([element(tile * TILE + number) for number in range(TILE)])]

    kind = element(constant(count, INT64, 0)).kind
    # -0.0 is what changes nothing that it is added to.
    (total,) = loop((count + (TILE - 1)) // TILE, [constant(count, kind, -0.0)], add)
    return clamp(total * share_of(within, kind.count), f.low, f.high)


def integer_mean(
    f: Any, count: Register, within: Register, element: Callable[[Register], Register]
) -> Register:
    """Of integers, halves rounded away from zero; quotients of floats are exact enough."""
    kind = INT32 * element(constant(count, INT64, 0)).kind.count

    def add(index: Register, total: Register) -> list[Register]:
        return [total + widened(element(index), kind)]

    (total,) = loop(count, [constant(count, kind, 0)], add)
    number = narrowed(within, INT32)
    half = splat(number >> 1, kind.count)
    away = select(total < 0, constant(count, kind, 0) - half, half)
    quotient = to_float(total + away) / to_float(splat(number, kind.count))
    whole = truncated(quotient)
    return narrowed(truncated(clamp(to_float(whole), f.low, f.high)), INT8 * kind.count)


def greatest(
    f: Any, count: Register, within: Register, element: Callable[[Register], Register]
) -> Register:
    """The maximum of floats; NaN wins, and of equals the last."""

    def raised(index: Register, most: Register) -> list[Register]:
        return [greater_or_nan(most, element(index + 1))]

    (most,) = loop(count - 1, [element(constant(count, INT64, 0))], raised)
    return clamp(most, f.low, f.high)


def greatest_integer(
    f: Any, count: Register, within: Register, element: Callable[[Register], Register]
) -> Register:
    """The maximum of integers."""

    def raised(index: Register, most: Register) -> list[Register]:
        return [maximum(most, element(index + 1))]

    (most,) = loop(count - 1, [element(constant(count, INT64, 0))], raised)
    return clamped_integer(f, most)


def averages_of_floats(lanes: int) -> VectorSource:
    """AVERAGE_POOL_2D of floats, ``outside`` being zeros that count."""
    return pooling(FLOAT, lanes, by_columns=True, tile=TILE, pool=tiled_mean)


def averages_of_bytes(lanes: int) -> VectorSource:
    """AVERAGE_POOL_2D of int8."""
    return pooling(INT8, lanes, by_columns=False, tile=1, pool=integer_mean)


def maxima_of_floats(lanes: int) -> VectorSource:
    """MAX_POOL_2D of floats."""
    return pooling(FLOAT, lanes, by_columns=False, tile=1, pool=greatest)


def maxima_of_bytes(lanes: int) -> VectorSource:
    """MAX_POOL_2D of int8."""
    return pooling(INT8, 4 * lanes, by_columns=False, tile=1, pool=greatest_integer)

"""RESIZE_BILINEAR of images (N, H, W, C), as XNNPACK computes it: floats and bytes.

y: (N, height, width, C), a chunk is a row of pixels. Of every row and column of the result:
``row_pairs`` and ``column_pairs``, the pixels of the input below and above it, int64, times the
elements between them; ``row_weights`` and ``column_weights``, how far it is from the first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kernels.compiled.conversions import converted
from kernels.compiled.spans import for_span
from kernels.compiled.vector_ir import (
    FLOAT,
    INT8,
    INT32,
    INT64,
    Kind,
    Register,
    constant,
    load,
    narrowed,
    shifted_right,
    splat,
    store,
    times,
)
from kernels.compiled.vector_kernel import VectorSource, vector_kernel
from kernels.field_types import INDEX, MEMORY

WEIGHT_BITS = 11
"""Of the fraction of integers' weights."""
FIELDS = {
    **dict.fromkeys(("x", "y", "row_pairs", "row_weights"), MEMORY),
    **dict.fromkeys(("column_pairs", "column_weights"), MEMORY),
    **dict.fromkeys(("height", "width", "channels", "image"), INDEX),
}
"""``image``: elements of an image of the input."""

Mean = Callable[[list[Register], Register, Register], Register]
"""Of the neighbours above left, above right, below left, below right, by two weights."""


def _resized(number: Kind, weight: Kind, mean: Mean) -> VectorSource:
    @vector_kernel(**FIELDS)
    def run(f: Any, chunk: Register) -> None:
        image, row = chunk // f.height, chunk % f.height
        start = f.x + image * f.image * number.size
        upper, lower = (start + at * number.size for at in _pair(f.row_pairs, row))
        down = load(f.row_weights + row * weight.size, weight)
        target = f.y + chunk * f.width * f.channels * number.size

        def make_pixel(column: Register) -> None:
            places = [at * number.size for at in _pair(f.column_pairs, column)]
            right = load(f.column_weights + column * weight.size, weight)
            corners = [line + place for line in (upper, lower) for place in places]

            def turn(place: Register, width: int, mask: Register | None) -> None:
                at = place * number.size
                near = [load(corner + at, number * width, mask) for corner in corners]
                made = mean(near, splat(down, width), splat(right, width))
                pixel = column * f.channels * number.size
                store(made, target + pixel + at, mask)

            for_span(f.channels, turn)

        times(f.width, make_pixel)

    return run


def _pair(pairs: Register, number: Register) -> tuple[Register, Register]:
    """The two places of a row or column."""
    at = pairs + number * (2 * INT64.size)
    return load(at, INT64), load(at + INT64.size, INT64)


def _mean_of_floats(near: list[Register], down: Register, right: Register) -> Register:
    """f32-ibilinear, which is without fma on x86."""
    upper, lower = (left + (next_ - left) * right for left, next_ in (near[:2], near[2:]))
    return upper + (lower - upper) * down


def _mean_of_bytes(signed: bool) -> Mean:
    """s8-ibilinear and u8-ibilinear: halves are rounded up."""

    def mean(near: list[Register], down: Register, right: Register) -> Register:
        one = constant(down, down.kind, 1 << WEIGHT_BITS)
        wide = [converted(x, INT32, signed) for x in near]
        left, next_ = (wide[i] * (one - down) + wide[i + 2] * down for i in range(len(near) // 2))
        total = left * (one - right) + next_ * right
        bits = constant(down, down.kind, 2 * WEIGHT_BITS)
        rounded = shifted_right(total + (1 << 2 * WEIGHT_BITS - 1), bits)
        return narrowed(rounded, INT8 * down.kind.count)

    return mean


bilinear_float32 = _resized(FLOAT, FLOAT, _mean_of_floats)
bilinear_int8 = _resized(INT8, INT32, _mean_of_bytes(signed=True))
bilinear_uint8 = _resized(INT8, INT32, _mean_of_bytes(signed=False))

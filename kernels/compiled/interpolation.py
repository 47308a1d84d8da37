"""Images in another size, each pixel between four: XNNPACK's f32-ibilinear.

x: (N, H, W, C); y: (N, rows, columns, C). Of rows and of columns: below and above, int32, between
which they are, and weights, how far from the first. A chunk is a row of y.
"""

from __future__ import annotations

from typing import Any

from kernels.compiled.runs import for_vectors
from kernels.compiled.vector_ir import (
    FLOAT,
    INT32,
    INT64,
    Register,
    load,
    splat,
    store,
    times,
    widened,
)
from kernels.compiled.vector_kernel import VectorSource, vector_kernel
from kernels.field_types import INDEX, MEMORY

FIELDS = {
    **dict.fromkeys(
        (
            "x",
            "y",
            "rows_below",
            "rows_above",
            "row_weights",
            "columns_below",
            "columns_above",
            "column_weights",
        ),
        MEMORY,
    ),
    **dict.fromkeys(("height", "width", "channels", "rows", "columns"), INDEX),
}


def interpolation(lanes: int) -> VectorSource:
    """RESIZE_BILINEAR of floats."""

    @vector_kernel(**FIELDS)
    def run(f: Any, chunk: Register) -> None:
        pitch = f.channels * FLOAT.size
        image, row = chunk // f.rows, chunk % f.rows

        def row_at(table: Register) -> Register:
            found = widened(load(table + row * INT32.size, INT32), INT64)
            start: Register = f.x + (image * f.height + found) * f.width * pitch
            return start

        upper, lower = row_at(f.rows_below), row_at(f.rows_above)
        down = splat(load(f.row_weights + row * FLOAT.size, FLOAT), lanes)

        def make_pixel(column: Register) -> None:
            left, right = (
                widened(load(table + column * INT32.size, INT32), INT64) * pitch
                for table in (f.columns_below, f.columns_above)
            )
            across = splat(load(f.column_weights + column * FLOAT.size, FLOAT), lanes)
            target = f.y + (chunk * f.columns + column) * pitch

            def make_vector(place: Register, mask: Register | None) -> None:
                def between(line: Register) -> Register:
                    first, second = (
                        load(line + side + place * FLOAT.size, FLOAT * lanes, mask)
                        for side in (left, right)
                    )
                    return first + (second - first) * across

                above, below = between(upper), between(lower)
                store(above + (below - above) * down, target + place * FLOAT.size, mask)

            for_vectors(f.channels, lanes, make_vector)

        times(f.columns, make_pixel)

    return run

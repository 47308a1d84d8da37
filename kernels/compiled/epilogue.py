"""What becomes of a tile's sums: floats, clamped, or integers of the output's scale; and stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from kernels.compiled.tile import Sums
from kernels.compiled.vector_ir import (
    FLOAT,
    INT8,
    Register,
    constant,
    first_places,
    fma,
    greater,
    if_else,
    load,
    narrowed,
    rounded,
    select,
    smaller,
    splat,
    store,
    to_float,
    when,
)


def dequantized(
    sums: Sequence[Register],
    scale: Register,
    weight_scales: Sequence[Register],
    bias: Sequence[Register],
) -> list[Register]:
    """A row of XNNPACK's hybrid operators: ``fma(sum * scale, weight scale, bias)``."""
    return [
        fma(to_float(total) * scale, weight_scale, addend)
        for total, weight_scale, addend in zip(sums, weight_scales, bias, strict=True)
    ]


def requantized(
    sums: Sequence[Register],
    multipliers: Sequence[Register],
    low: Register,
    high: Register,
    zero: Register,
) -> list[Register]:
    """A row of bytes: ``rint(sum * multiplier)`` between the bounds, plus the zero point.

    Equals ``kernels.requantization.requantize_fp32``; the bounds are integers, so it does not
    matter whether rounding comes before or after them.
    """
    lanes = zero.kind.count
    least, most = splat(low, lanes), splat(high, lanes)
    return [
        narrowed(
            rounded(smaller(greater(to_float(total) * multiplier, least), most)) + zero,
            INT8 * lanes,
        )
        for total, multiplier in zip(sums, multipliers, strict=True)
    ]


def clamped(rows: Sums, low: Register, high: Register) -> Sums:
    """Floats between bounds, as ``kernels.activation`` clamps them: NaN stays, and where 0.0 is the
    lower bound -0.0 becomes 0.0."""
    bounded = (low > -np.inf).either(high < np.inf)
    values = when(bounded, [x for row in rows for x in row], lambda *x: _clamp(x, low, high))
    width = len(rows[0])
    return [[*values[place : place + width]] for place in range(0, len(values), width)]


def _clamp(values: Sequence[Register], low: Register, high: Register) -> list[Register]:
    lanes = values[0].kind.count
    least, most = splat(low, lanes), splat(high, lanes)
    # Adding 0.0 makes -0.0 positive; adding -0.0 changes nothing.
    addend = select(low.equals(0.0), constant(low, FLOAT, 0.0), constant(low, FLOAT, -0.0))
    nothing = splat(addend, lanes)
    return [smaller(most, greater(least, x + nothing)) for x in values]


def added(rows: Sums, addresses: Sequence[Register], count: Register, wanted: Register) -> Sums:
    """If ``wanted``, the sum of floats and those at the rows' addresses: the first ``count``."""
    kind, width = rows[0][0].kind, len(rows[0])

    def add(*values: Register) -> list[Register]:
        made = []
        for number, x in enumerate(values):
            row, v = divmod(number, width)
            mask = first_places(count - v * kind.count, kind.count)
            made.append(x + load(addresses[row] + v * kind.size, kind, mask))
        return made

    values = when(wanted, [x for row in rows for x in row], add)
    return [[*values[place : place + width]] for place in range(0, len(values), width)]


def stored(rows: Sums, addresses: Sequence[Register], count: Register) -> None:
    """Writes each row to its address: the first ``count`` columns, or as many as there are."""
    kind = rows[0][0].kind
    width = len(rows[0]) * kind.count

    def write(mask_of: Callable[[int], Register | None]) -> None:
        for row, address in zip(rows, addresses, strict=True):
            for v, x in enumerate(row):
                store(x, address + v * kind.size, mask_of(v))

    if_else(
        count >= width,
        lambda: write(lambda v: None),
        lambda: write(lambda v: first_places(count - v * kind.count, kind.count)),
    )

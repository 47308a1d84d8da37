"""What depthwise convolutions of integers begin and end with: ``hybrid`` and ``requantized``."""

from __future__ import annotations

from typing import Any

from kernels.compiled.depthwise_integers import (
    Band,
    Ends,
    Totals,
    any_totals,
    convolution,
    square_totals,
)
from kernels.compiled.history import Histories
from kernels.compiled.vector_ir import (
    FLOAT,
    INT8,
    INT32,
    Kind,
    Register,
    constant,
    first_places,
    load,
    narrowed,
    rounded,
    select,
    splat,
    to_float,
    truncated,
    widened,
)
from kernels.compiled.vector_kernel import VectorSource
from kernels.compiled.windows import Chunk, Vectors, clamp
from kernels.field_types import INDEX, MEMORY, NUMBER
from kernels.isa import InstructionSet

QMIN, QMAX = -128, 127
MAGNITUDE, SIGN, HALF = 0x7FFFFFFF, -(2**31), 0x3F000000
"""Bits of a float32: all but its sign, the sign, 0.5."""
VECTOR_CHANNELS = 4
"""Channels that TFLite's hybrid kernel scales at a time."""

BOUNDS = {"low": NUMBER, "high": NUMBER}
HYBRID = {
    **dict.fromkeys(
        ("scales", "zeros", "inverses", "weight_sums", "weight_scales", "bias"), MEMORY
    ),
    "whole": INDEX,
    **BOUNDS,
}
"""Of each image the scale, the int8 zero point (int32) and the inverse of the scale; of C' channels
the sum of the weights (int32), their scale and the bias; how many numbers of an image TFLite rounds
in vectors."""
REQUANTIZED = {
    **dict.fromkeys(("start", "multipliers"), MEMORY),
    **dict.fromkeys(("zero", "output_zero"), INDEX),
    **BOUNDS,
}
"""Of C' channels what totals start from (int32) and are multiplied by; zero points; bounds less the
output's zero point."""


def hybrid(f: Any, chunk: Chunk, h: Histories) -> Ends:
    """Floats quantized by the scale of their image, ``kernels.activation_quantization.asymmetric``;
    totals made floats as TFLite's optimized kernel does."""
    floats = FLOAT * h.lanes

    def of_image(table: Register, kind: Kind) -> Register:
        return load(table + chunk.image * kind.size, kind)

    scale, inverse = (splat(of_image(t, FLOAT), h.lanes) for t in (f.scales, f.inverses))
    zero_point = of_image(f.zeros, INT32)
    zero = h.code_of_zero(zero_point)
    least, most = (
        splat(to_float(constant(zero_point, INT32, end) - zero_point), h.lanes)
        for end in (QMIN, QMAX)
    )

    def encode(address: Register, left: Register | None, mask: Register | None) -> Register:
        x = load(address, floats, mask) * inverse
        steps = _away(x) if left is None else _near(x, _away(x), left)
        clamped = select(steps > least, steps, least)
        return truncated(select(clamped < most, clamped, most)) + zero

    def finish(totals: Vectors) -> Vectors:
        made = zip(totals, first, second, bias, strict=True)
        return [clamp((to_float(t) * a) * b + c, f.low, f.high) for t, a, b, c in made]

    sums = chunk.table(f.weight_sums, INT32)
    weight_scales = chunk.table(f.weight_scales, FLOAT)
    bias = chunk.table(f.bias, FLOAT)
    whole = f.channels // VECTOR_CHANNELS * VECTOR_CHANNELS
    is_whole = [
        first_places(whole - (chunk.channel + v * h.lanes), h.lanes) for v in range(chunk.vectors)
    ]
    first = [select(w, ws, scale) for w, ws in zip(is_whole, weight_scales, strict=True)]
    second = [select(w, scale, ws) for w, ws in zip(is_whole, weight_scales, strict=True)]
    nothing = constant(zero, h.kind, 0)
    start = [(nothing - zero) * total for total in sums]
    return Ends(FLOAT.size, zero, f.whole, encode, start, finish)


def _away(x: Register) -> Register:
    """x moved by a half away from zero: what is left of it without a fraction is x rounded."""
    sign = x.seen_as(INT32 * x.kind.count) & SIGN
    return x + sign.either(constant(x, sign.kind, HALF)).seen_as(x.kind)


def _near(x: Register, moved: Register, whole: Register) -> Register:
    """``moved``, but 0 where x is less than a half, from place ``whole`` on: there TFLite rounds
    numbers one by one, and 0.49999997 is not rounded up."""
    lanes = x.kind.count
    size = (x.seen_as(INT32 * lanes) & MAGNITUDE).seen_as(x.kind)
    keeps = (size >= 0.5).either(first_places(whole, lanes))
    return select(keeps, moved, constant(x, x.kind, 0.0))


def requantized(f: Any, chunk: Chunk, h: Histories) -> Ends:
    """int8, and totals multiplied in float32: XNNPACK's qs8-qc8w-dwconv."""
    zero_point = narrowed(f.zero, INT32)
    nothing = constant(zero_point, INT32, 0)
    shift = nothing - zero_point if h.shift is None else nothing + h.shift
    shifts, output_zero = splat(shift, h.lanes), splat(narrowed(f.output_zero, INT32), h.lanes)
    low, high = splat(f.low, h.lanes), splat(f.high, h.lanes)

    def encode(address: Register, left: Register | None, mask: Register | None) -> Register:
        return widened(load(address, INT8 * h.lanes, mask), h.kind) + shifts

    def finish(totals: Vectors) -> Vectors:
        return [_requantized(t, m) for t, m in zip(totals, multipliers, strict=True)]

    def _requantized(total: Register, multiplier: Register) -> Register:
        x = to_float(total) * multiplier
        x = select(x > low, x, low)
        steps = rounded(select(x < high, x, high))
        return narrowed(steps + output_zero, INT8 * h.lanes)

    start = chunk.table(f.start, INT32)
    multipliers = chunk.table(f.multipliers, FLOAT)
    usual = f.height * f.width * f.channels
    return Ends(INT8.size, h.code_of_zero(zero_point), usual, encode, start, finish)


def integer_filters(
    isa: InstructionSet, size: int | None, together: int
) -> tuple[VectorSource, VectorSource]:
    """The hybrid and the full-integer kernel for square filters of a size, or for any."""
    histories, vectors = Histories.of(isa), 1 if size is None else isa.vectors_of(size * size)

    def totals(band: Band) -> Totals:
        return any_totals if size is None else square_totals(band, size)

    return (
        convolution(histories, HYBRID, hybrid, vectors, together, totals),
        convolution(histories, REQUANTIZED, requantized, vectors, together, totals),
    )

"""Activations quantized at run time, as XNNPACK does it: one scale for a row, or for an image.

Each formula is that of ``kernels.activation_quantization.xnnpack``, in the same order and rounding.
"""

from __future__ import annotations

from typing import Any

from kernels.compiled.codes import CODINGS, Scaling, encode_run
from kernels.compiled.row_ranges import (
    BLOCK,
    EMPTY,
    EXTREMES,
    block_ends,
    extreme_place,
    joined_blocks,
    range_vectors,
)
from kernels.compiled.vector_ir import (
    FLOAT,
    INT32,
    Register,
    constant,
    each,
    load,
    loop,
    maximum,
    minimum,
    rounded,
    scratch,
    select,
    store,
    times,
)
from kernels.compiled.vector_kernel import VectorSource, vector_kernel
from kernels.field_types import INDEX, MEMORY
from kernels.isa import InstructionSet

QMIN, QMAX, LEVELS = -128, 127, 255
MAGNITUDE, INFINITY, NAN = 0x7FFFFFFF, 0x7F800000, 0x7FC00000
"""Bits of a float32: all but the sign, of infinity, of NaN."""
WORD = 4
"""Bytes of a float, an int32."""


def parameters(low: Register, high: Register) -> tuple[Register, Register, Register]:
    """Of ranges: scales, zero points of int8 codes (int32), inverses of the scales."""
    floats, integers = low.kind, INT32 * low.kind.count

    def number(value: float) -> Register:
        return constant(low, floats, value)

    def integer(value: int) -> Register:
        return constant(low, integers, value)

    def is_finite(x: Register) -> Register:
        return (x.seen_as(integers) & MAGNITUDE) < INFINITY

    span = high - low
    inverse = number(LEVELS) / span
    usable = is_finite(inverse)
    bottom, top = low * inverse, high * inverse
    nearer_top = (bottom + QMIN) + (top + QMAX) > 0.0
    zero = rounded(select(nearer_top, number(QMIN) - bottom, number(QMAX) - top))
    zero = minimum(maximum(zero, integer(QMIN)), integer(QMAX))
    scale = select(usable, number(1) / inverse, number(1))
    return (
        select(is_finite(span), scale, integer(NAN).seen_as(floats)),
        select(usable, zero, integer(QMAX)),
        select(usable, inverse, number(0)),
    )


def codes_zero(isa: InstructionSet, zero: Register) -> Register:
    """The zero point of codes, from that of int8 codes."""
    return zero + (isa.shift or 0)


PARAMETERS = dict.fromkeys(("scales", "zeros", "inverses"), MEMORY)
"""Of each row or image: the scale, minus the zero point of its codes, the scale's inverse."""


def row_quantizer(isa: InstructionSet) -> VectorSource:
    """Rows of (rows, depth) floats to codes, ``row_codes`` from a row to the next: whole vectors.

    A chunk is as many rows as a vector has lanes; the parameters are as long as all chunks.
    Meanwhile the row that is ``ahead`` rows further is fetched.
    """
    coding = CODINGS[isa.name]
    lanes, blocks = coding.lanes, coding.lanes // BLOCK
    kind = INT32 * lanes

    @vector_kernel(
        x=MEMORY,
        codes=MEMORY,
        **PARAMETERS,
        rows=INDEX,
        depth=INDEX,
        row_codes=INDEX,
        ahead=INDEX,
    )
    def quantize(f: Any, chunk: Register) -> None:
        first, row_bytes = chunk * lanes, f.depth * WORD
        end = minimum(first + lanes, f.rows)
        found = scratch(chunk, kind, 2 * blocks)

        def find_ranges(block: Register) -> None:
            rows = [minimum(first + block * BLOCK + row, f.rows - 1) for row in range(BLOCK)]
            ends = block_ends([f.x + row * row_bytes for row in rows], f.depth, lanes)
            for number, made in enumerate(ends):
                store(made, found + (block + number * blocks) * kind.size)

        def find_parameters() -> None:
            low, high = (
                joined_blocks(
                    [load(found + (number * blocks + b) * kind.size, kind) for b in range(blocks)],
                    extreme,
                ).seen_as(FLOAT * lanes)
                for number, extreme in enumerate(EXTREMES)
            )
            store_parameters(isa, f, first, low, high)

        def encode_row(row: Register) -> None:
            x, codes = f.x + row * row_bytes, row * f.row_codes * coding.code.size
            ahead = x + f.ahead * row_bytes
            encode_run(coding, scaling_of(f, row), x, f.codes + codes, f.depth, ahead)

        times((end - first + (BLOCK - 1)) // BLOCK, find_ranges)
        find_parameters()
        each(first, end, 1, encode_row)

    return quantize


def store_parameters(
    isa: InstructionSet, f: Any, first: Register, low: Register, high: Register
) -> None:
    """Writes the parameters of rows from ``first`` on."""
    scales, zeros, inverses = parameters(low, high)
    minus_zeros = constant(first, zeros.kind, 0) - codes_zero(isa, zeros)
    for made, table in ((scales, f.scales), (minus_zeros, f.zeros), (inverses, f.inverses)):
        store(made, table + first * WORD)


def scaling_of(f: Any, row: Register) -> Scaling:
    """What makes a row's codes."""
    return Scaling(load(f.inverses + row * WORD, FLOAT), load(f.zeros + row * WORD, INT32))


def range_finder(lanes: int) -> VectorSource:
    """The range of each part of images of ``count`` floats: ``part`` floats, the last one fewer.

    lows, highs: (images, parts) bits. A chunk is a part.
    """

    @vector_kernel(x=MEMORY, lows=MEMORY, highs=MEMORY, count=INDEX, part=INDEX, parts=INDEX)
    def find(f: Any, chunk: Register) -> None:
        start = chunk % f.parts * f.part
        number = minimum(f.part, f.count - start)
        row = f.x + (chunk // f.parts * f.count + start) * WORD
        for ends, extreme, table in zip(
            range_vectors([row], number, lanes), EXTREMES, (f.lows, f.highs), strict=True
        ):
            store(extreme_place(ends[0], extreme), table + chunk * WORD)

    return find


def parameter_finder(isa: InstructionSet) -> VectorSource:
    """The parameters of images, from the ranges of their parts. A chunk is an image."""

    @vector_kernel(lows=MEMORY, highs=MEMORY, **PARAMETERS, parts=INDEX)
    def find(f: Any, chunk: Register) -> None:
        def extended(part: Register, *found: Register) -> list[Register]:
            at = (chunk * f.parts + part) * WORD
            bits = [load(table + at, INT32) for table in (f.lows, f.highs)]
            return [extreme(a, b) for extreme, a, b in zip(EXTREMES, found, bits, strict=True)]

        found = loop(f.parts, [constant(chunk, INT32, end) for end in EMPTY], extended)
        store_parameters(isa, f, chunk, *(end.seen_as(FLOAT) for end in found))

    return find

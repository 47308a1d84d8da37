"""QUANTIZE and DEQUANTIZE by one scale, as XNNPACK computes them. A chunk is a block."""

from __future__ import annotations

from typing import Any

from kernels.compiled.conversions import converted
from kernels.compiled.spans import for_block
from kernels.compiled.vector_ir import (
    FLOAT,
    INT8,
    INT16,
    INT32,
    Kind,
    Register,
    constant,
    greater,
    load,
    narrowed,
    rounded,
    select,
    smaller,
    splat,
    store,
    to_float,
)
from kernels.compiled.vector_kernel import VectorSource, vector_kernel
from kernels.field_types import INDEX, MEMORY, NUMBER


def _quantizer(code: Kind) -> VectorSource:
    """y = clip(rint(x * inverse) + zero, low + zero, high + zero); NaN becomes 0."""

    @vector_kernel(
        x=MEMORY, y=MEMORY, count=INDEX, inverse=NUMBER, zero=INDEX, low=NUMBER, high=NUMBER
    )
    def run(f: Any, chunk: Register) -> None:
        def turn(place: Register, width: int, mask: Register | None) -> None:
            inverse, low, high = (splat(number, width) for number in (f.inverse, f.low, f.high))
            steps = load(f.x + place * FLOAT.size, FLOAT * width, mask) * inverse
            inside = smaller(high, greater(low, steps))
            integers = rounded(inside) + splat(narrowed(f.zero, INT32), width)
            none = constant(steps, integers.kind, 0)
            codes = narrowed(select(steps.is_nan(), none, integers), code * width)
            store(codes, f.y + place * code.size, mask)

        for_block(f.count, chunk, turn)

    return run


def _dequantizer(code: Kind, signed: bool = True) -> VectorSource:
    """y = (float(x) - zero) * scale."""

    @vector_kernel(x=MEMORY, y=MEMORY, count=INDEX, zero=NUMBER, scale=NUMBER)
    def run(f: Any, chunk: Register) -> None:
        def turn(place: Register, width: int, mask: Register | None) -> None:
            codes = load(f.x + place * code.size, code * width, mask)
            numbers = to_float(widest(codes)) - splat(f.zero, width)
            store(numbers * splat(f.scale, width), f.y + place * FLOAT.size, mask)

        def widest(codes: Register) -> Register:
            return converted(codes, INT32, signed)

        for_block(f.count, chunk, turn)

    return run


to_bytes, to_int16 = _quantizer(INT8), _quantizer(INT16)
of_int8, of_uint8 = _dequantizer(INT8), _dequantizer(INT8, signed=False)
of_int16 = _dequantizer(INT16)

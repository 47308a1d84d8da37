"""Rows of floats quantized at run time, as TFLite's own kernels do it.

The formulas are those of ``kernels.activation_quantization``, in the same order and rounding.
A chunk is a row.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import numpy as np

from kernels.compiled.asymmetric import parameters as asymmetric_parameters
from kernels.compiled.scalars import SIGN, Float32, f32
from kernels.field_types import FLOATS, INDEX, INT8S, INT16S, INT32S, UINT8S, Array
from kernels.isa import InstructionSet
from kernels.jit import Source, bits_of, float_of, inline, kernel

i32: Any = np.int32
u32: Any = np.uint32

CODES = MappingProxyType({"uint8": UINT8S, "int8": INT8S, "int16": INT16S})
ZERO, HALF, ONE, INFINITY, NAN = f32(0), f32(0.5), f32(1), f32(np.inf), f32(np.nan)
HALF_BITS = HALF.view(np.int32)
QMIN, QMAX = -128, 127
VECTOR = 8
"""Floats that TFLite rounds at a time."""


@inline
def is_finite(x: Float32) -> bool:
    """Whether x is a number."""
    return bool(abs(x) < INFINITY)


@inline
def symmetric_parameters(low: Float32, high: Float32) -> Any:
    """Scale, zero point and inverse of ``activation_quantization.symmetric``."""
    largest = high if high > -low or high != high else -low
    scale, inverse = largest / f32(QMAX), f32(QMAX) / largest
    usable = is_finite(inverse)
    made = scale if usable else ONE
    return made if is_finite(largest) else NAN, 0, inverse if usable else ZERO


@inline
def half_away(x: Float32) -> Any:
    """x rounded to an int32, halves away from zero; the last number below one half becomes 1."""
    return i32(x + float_of(i32((bits_of(x) & SIGN) | HALF_BITS)))


@inline
def range_of(x: Array, start: int, count: int) -> tuple[Float32, Float32]:
    """The smallest and the largest of floats and 0; of NaN one is NaN. Among bits, those of
    positive floats are in order, those of negative ones backwards."""
    low, high = u32(0x80000000), i32(0)
    for k in range(start, start + count):
        bits = bits_of(x[k])
        low, high = max(low, u32(bits)), max(high, bits)
    return float_of(i32(low)), float_of(high)


def row_quantizer(isa: InstructionSet, parameters: Callable[..., Any], least: int) -> Source:
    """The kernel: x (rows, depth) to codes, ``row_codes`` from a row to the next; scales, and
    minus the zero points of codes: of each row. Codes are ``least`` at least."""
    centered, shift = isa.shift is None, isa.shift or 0

    @inline
    def code(q: Any, zero: Any) -> Any:
        """The code of an integer less its zero point."""
        clipped = min(max(q, i32(least) - zero), i32(QMAX) - zero)
        return clipped if centered else clipped + zero + i32(shift)

    @kernel(FLOATS, CODES[isa.code], FLOATS, INT32S, INDEX, INDEX)
    def quantize(
        x: Array,
        codes: Array,
        scales: Array,
        zeros: Array,
        depth: int,
        row_codes: int,
        begin: int,
        end: int,
    ) -> None:
        whole = depth // VECTOR * VECTOR
        for row in range(begin, end):
            start, made = row * depth, row * row_codes
            low, high = range_of(x, start, depth)
            scale, exact_zero, inverse = parameters(low, high)
            zero = i32(exact_zero)
            scales[row], zeros[row] = scale, -(zero + i32(shift))
            for k in range(whole):
                codes[made + k] = code(half_away(x[start + k] * inverse), zero)
            for k in range(whole, depth):
                scaled = x[start + k] * inverse
                q = half_away(scaled) if abs(scaled) >= HALF else i32(0)
                codes[made + k] = code(q, zero)

    return quantize


def symmetric_rows(isa: InstructionSet) -> Source:
    """``activation_quantization.symmetric``."""
    return row_quantizer(isa, symmetric_parameters, -QMAX)


def asymmetric_rows(isa: InstructionSet) -> Source:
    """``activation_quantization.asymmetric``."""
    return row_quantizer(isa, asymmetric_parameters, QMIN)

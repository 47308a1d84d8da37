"""Rows of floats quantized at run time, as TFLite's own kernels do it, in vectors.

The formulas are those of ``kernels.activation_quantization``, in the same order and rounding.
A chunk is a row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from kernels.compiled.formulas import MAGNITUDE, SIGN, bits_of, float_of, number, size_of
from kernels.compiled.row_ranges import EXTREMES, extreme_place, range_vectors
from kernels.compiled.runs import for_vectors
from kernels.compiled.vector_ir import (
    DOUBLE,
    FLOAT,
    INT8,
    INT16,
    INT32,
    Register,
    constant,
    first_places,
    load,
    maximum,
    minimum,
    narrowed,
    select,
    splat,
    store,
    to_double,
    to_single,
    truncated,
)
from kernels.compiled.vector_kernel import VectorSource, vector_kernel
from kernels.field_types import INDEX, MEMORY
from kernels.isa import InstructionSet

QMIN, QMAX, LEVELS = -128, 127, 255
VECTOR = 8
"""Floats that TFLite rounds at a time."""
WORD = 4
INFINITY, HALF = (int(np.float32(x).view(np.int32)) for x in (np.inf, 0.5))
"""Bits."""

Parameters = Callable[[Register, Register], tuple[Register, Register, Register]]
"""From the ends of a range: scale, zero point of int8 codes (int32), inverse of the scale."""


def is_finite(x: Register) -> Register:
    """Whether x is a number."""
    return (bits_of(x) & MAGNITUDE) < INFINITY


def checked_scale(scale: Register, usable: Register, extent: Register) -> Register:
    """1 for a row of zeros, NaN for one that is not finite."""
    made = select(usable, scale, number(scale, 1.0))
    return select(is_finite(extent), made, number(scale, float("nan")))


def symmetric_parameters(low: Register, high: Register) -> tuple[Register, Register, Register]:
    """Of ``activation_quantization.symmetric``."""
    below = low * -1.0
    largest = select((high > below).either(high.is_nan()), high, below)
    inverse = number(largest, QMAX) / largest
    usable = is_finite(inverse)
    scale = checked_scale(largest / float(QMAX), usable, largest)
    return scale, constant(low, INT32, 0), select(usable, inverse, number(inverse, 0.0))


def asymmetric_parameters(low: Register, high: Register) -> tuple[Register, Register, Register]:
    """Of ``activation_quantization.asymmetric``."""
    span = high - low
    step = to_double(span) / float(LEVELS)
    bottom, top = to_double(low) / step, to_double(high) / step

    def wide(value: float) -> Register:
        return constant(low, DOUBLE, float(value))

    def size(x: Register) -> Register:
        return x.call("llvm.fabs.f64", DOUBLE)

    nearer_low = size(bottom) - QMIN < size(top) + QMAX
    exact = select(nearer_low, wide(QMIN) - bottom, wide(QMAX) - top)
    exact = select(exact > QMIN, exact, wide(QMIN))
    exact = select(exact < QMAX, exact, wide(QMAX))
    zero = truncated(exact + select(exact < 0.0, wide(-0.5), wide(0.5)))
    scale = to_single(step)
    inverse = to_single(wide(1) / to_double(scale))
    usable = is_finite(inverse)
    return (
        checked_scale(scale, usable, span),
        select(usable, zero, constant(low, INT32, 0)),
        select(usable, inverse, number(inverse, 0.0)),
    )


def row_quantizer(isa: InstructionSet, parameters: Parameters, least: int) -> VectorSource:
    """x (rows, depth) to codes, ``row_codes`` from a row to the next, ``least`` at least; scales
    and minus the zero points of codes (int32): of each row."""
    lanes, code = isa.lanes, INT16 if isa.code == "int16" else INT8

    @vector_kernel(
        **dict.fromkeys(("x", "codes", "scales", "zeros"), MEMORY), depth=INDEX, row_codes=INDEX
    )
    def quantize(f: Any, row: Register) -> None:
        x, codes = f.x + row * f.depth * WORD, f.codes + row * f.row_codes * code.size
        ends = zip(range_vectors([x], f.depth, lanes), EXTREMES, strict=True)
        low, high = (float_of(extreme_place(end[0], extreme)) for end, extreme in ends)
        scale, zero, inverse = parameters(low, high)
        stored_zero = zero + (isa.shift or 0)
        store(scale, f.scales + row * WORD)
        store(stored_zero * -1, f.zeros + row * WORD)
        bottom, top = (splat(constant(zero, INT32, end) - zero, lanes) for end in (least, QMAX))
        factor, whole = splat(inverse, lanes), f.depth // VECTOR * VECTOR

        def turn(place: Register, mask: Register | None) -> None:
            moved = load(x + place * WORD, FLOAT * lanes, mask) * factor
            steps = half_away(moved)
            if mask is not None or lanes % VECTOR:
                exact = first_places(whole - place, lanes).either(size_of(moved) >= 0.5)
                steps = select(exact, steps, steps * 0)
            steps = minimum(maximum(steps, bottom), top)
            kept = steps if isa.shift is None else steps + splat(stored_zero, lanes)
            store(narrowed(kept, code * lanes), codes + place * code.size, mask)

        for_vectors(f.depth, lanes, turn)

    return quantize


def half_away(x: Register) -> Register:
    """x rounded to an int32, halves away from zero; the last number below one half becomes 1."""
    return truncated(
        x + float_of((bits_of(x) & SIGN).either(constant(x, INT32 * x.kind.count, HALF)))
    )


def symmetric_rows(isa: InstructionSet) -> VectorSource:
    """``activation_quantization.symmetric``."""
    return row_quantizer(isa, symmetric_parameters, -QMAX)


def asymmetric_rows(isa: InstructionSet) -> VectorSource:
    """``activation_quantization.asymmetric``."""
    return row_quantizer(isa, asymmetric_parameters, QMIN)

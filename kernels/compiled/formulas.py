"""What formulas of float32 are made of, in vectors: parts that need no branch."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from kernels.compiled.vector_ir import (
    FLOAT,
    INT16,
    INT32,
    Register,
    constant,
    fma,
    select,
    splat,
    truncated,
)
from kernels.isa import processor

LANES = 16
"""Floats in a vector of AVX-512."""
ALL, CURRENT_ROUNDING = -1, 4
"""What AVX-512's instructions are told: all lanes, and to round as ever."""
SIGN, MAGNITUDE = -(2**31), 2**31 - 1
"""Bits of a float32: its sign, all others."""
FRACTION_BITS, EXPONENT_BIAS, ONE_BITS = 23, 127, 127 << 23
"""Where the exponent begins, its bias, the bits of 1."""
FRACTION, EXPONENT = 2**FRACTION_BITS - 1, 255 << 23
SMALLEST_NORMAL_BITS = 1 << FRACTION_BITS


def f32(number: float | str) -> float:
    """The number, or what hexadecimal digits say, as float32."""
    return float(np.float32(float.fromhex(number) if isinstance(number, str) else number))


def has(feature: str) -> bool:
    """Whether the processor that kernels are compiled for has an instruction set, as LLVM names
    it."""
    return f"+{feature}" in processor()[1].split(",")


def number(like: Register, value: float) -> Register:
    """A constant in every place of a vector as wide as ``like``."""
    return constant(like, FLOAT * like.kind.count, value)


def bits_of(x: Register) -> Register:
    """The bits of floats, as int32."""
    return x.seen_as(INT32 * x.kind.count)


def float_of(bits: Register) -> Register:
    """The floats of those bits."""
    return bits.seen_as(FLOAT * bits.kind.count)


def size_of(x: Register) -> Register:
    """Without the sign."""
    return float_of(bits_of(x) & MAGNITUDE)


def with_sign(x: Register, y: Register) -> Register:
    """x, which is not negative, with the sign of y."""
    return float_of(bits_of(x).either(bits_of(y) & SIGN))


def is_tiny(x: Register) -> Register:
    """Where x is smaller than normal numbers, or 0."""
    return (bits_of(x) & EXPONENT).equals(0)


def flushed(x: Register) -> Register:
    """x, or a zero of its sign if it is smaller than normal numbers, as in XNNPACK's threads."""
    return select(is_tiny(x), float_of(bits_of(x) & SIGN), x)


def normal_numbers_below(top: float) -> int:
    """How many positive normal numbers are less than ``top``, a power of two."""
    return int(np.float32(top).view(np.int32)) - SMALLEST_NORMAL_BITS


def is_beyond(x: Register, count: int) -> Register:
    """Where x is not among the first ``count`` positive normal numbers: one comparison."""
    place = bits_of(x) + (-SMALLEST_NORMAL_BITS + SIGN)
    return place >= count + SIGN  # as if without a sign


def at_most(x: Register, high: float) -> Register:
    """x, or ``high`` if it is larger; NaN stays."""
    return select(x > high, number(x, high), x)


def at_least(x: Register, low: float) -> Register:
    """x, or ``low`` if it is smaller; NaN stays."""
    return select(x < low, number(x, low), x)


def clamped(x: Register, low: Register, high: Register) -> Register:
    """np.minimum(np.maximum(x, low), high) of scalar bounds: of equals the bound, NaN stays."""
    count = x.kind.count
    bottom, top = splat(low, count), splat(high, count)
    above = select(x <= bottom, bottom, x)
    return select(above >= top, top, above)


def polynomial(x: Register, *coefficients: float) -> Register:
    """Horner's scheme, fused; the coefficient of the highest power first."""
    total = number(x, coefficients[0])
    for coefficient in coefficients[1:]:
        total = fma(total, x, number(x, coefficient))
    return total


def in_vectors(compute: Callable[..., Register], *given: Register) -> Register:
    """``compute`` of 16 places at a time, put together again."""
    count = given[0].kind.count
    parts = [
        compute(*(x.shuffled(range(start, start + LANES)) for x in given))
        for start in range(0, count, LANES)
    ]
    while len(parts) > 1:
        pairs = zip(parts[::2], parts[1::2], strict=True)
        parts = [a.shuffled(range(2 * a.kind.count), b) for a, b in pairs]
    return parts[0]


STEPS = 2 * LANES
"""Parts into which a power of two is divided."""
PARTS = [float(part) for part in np.exp2(np.arange(STEPS) / STEPS).astype(np.float32)]


def power_part(bits: Register) -> Register:
    """2 ** (i / 32) of the last five bits of integers, rounded to float32."""
    if not has("avx512f"):
        return _looked_up(bits & (STEPS - 1), PARTS)
    kind = FLOAT * LANES

    def permuted(places: Register) -> Register:
        low, high = (constant(bits, kind, PARTS[i : i + LANES]) for i in (0, LANES))
        return low.call("llvm.x86.avx512.vpermi2var.ps.512", kind, places, high)

    return in_vectors(permuted, bits)


def _looked_up(places: Register, table: Sequence[float]) -> Register:
    """Numbers of a table, by halving it: no processor lacks that."""
    if len(table) == 1:
        return number(places, table[0])
    half = len(table) // 2
    upper = (places & half) > 0
    return select(upper, _looked_up(places, table[half:]), _looked_up(places, table[:half]))


def scaled(x: Register, n: Register) -> Register:
    """x * 2 ** floor(n), if x and it are normal numbers; anything if not."""
    if not has("avx512f"):
        exponent = truncated(n.call(f"llvm.floor.v{n.kind.count}f32", n.kind))
        return float_of(bits_of(x) + (exponent << FRACTION_BITS))

    def by_instruction(part: Register, powers: Register) -> Register:
        none, rounding = number(part, 0.0), constant(part, INT32, CURRENT_ROUNDING)
        name = "llvm.x86.avx512.mask.scalef.ps.512"
        return part.call(name, part.kind, powers, none, constant(part, INT16, ALL), rounding)

    return in_vectors(by_instruction, x, n)


def root_estimate(x: Register) -> Register:
    """AVX-512's estimate of 1 / sqrt(x), 14 bits of it right; 0 on a processor without it."""
    if not has("avx512f"):
        return number(x, 0.0)

    def by_instruction(part: Register) -> Register:
        none = number(part, 0.0)
        name = "llvm.x86.avx512.rsqrt14.ps.512"
        return part.call(name, part.kind, none, constant(part, INT16, ALL))

    return in_vectors(by_instruction, x)

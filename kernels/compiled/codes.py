"""From floats to the codes of quantized activations, in vectors, by instruction set.

A code is ``rint(x * inverse) + zero``, saturated: what ``kernels.activation_quantization.xnnpack``
does once it knows the scale.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kernels.compiled.vector_ir import (
    FLOAT,
    INT8,
    INT16,
    INT32,
    INT64,
    Kind,
    Register,
    constant,
    first_places,
    load,
    maximum,
    minimum,
    narrowed,
    prefetch,
    rounded,
    splat,
    store,
    times,
)

INT8_MIN, INT8_MAX, UINT8_MAX = -128, 127, 255


@dataclass(frozen=True)
class Coding:
    """Codes of ``lanes`` floats at a time, each ``least`` to ``most``. ``joined`` makes ``batch``
    vectors of rounded numbers one of codes: it adds the zero point and saturates, as ``single``
    does with one vector. ``centered``: codes are kept without their zero point."""

    lanes: int
    code: Kind
    least: int
    most: int
    batch: int
    joined: Callable[[Sequence[Register], Scaling], Register]
    centered: bool = False

    def single(self, numbers: Register, scaling: Scaling) -> Register:
        """The codes of one vector of rounded numbers."""
        zero = splat(scaling.minus_zero, self.lanes)
        codes = between(numbers - zero, self.least, self.most)
        return narrowed(codes + zero if self.centered else codes, self.code * self.lanes)

    def code_of_zero(self, scaling: Scaling) -> Register:
        """The code of 0.0."""
        zero = constant(scaling.minus_zero, INT32, 0)
        return narrowed(zero if self.centered else zero - scaling.minus_zero, self.code)


def between(numbers: Register, least: int, most: int) -> Register:
    """Integers saturated."""
    low, high = (constant(numbers, numbers.kind, bound) for bound in (least, most))
    return minimum(maximum(numbers, low), high)


@dataclass(frozen=True)
class Scaling:
    """What floats are multiplied with, and minus the zero point (int32), which is added then."""

    inverse: Register
    minus_zero: Register


def encode_run(
    coding: Coding,
    scaling: Scaling,
    x: Register,
    codes: Register,
    count: Register,
    ahead: Register | None = None,
) -> None:
    """Writes the codes of ``count`` floats: exactly as many. Or, with ``ahead``, those of whole
    vectors, while as many floats from ``ahead`` on, which come next, are fetched."""
    kind, batch = FLOAT * coding.lanes, coding.batch
    inverse = splat(scaling.inverse, coding.lanes)

    def numbers(place: Register, mask: Register | None = None) -> Register:
        if ahead is not None:
            prefetch(ahead + place * FLOAT.size)
        return rounded(load(x + place * FLOAT.size, kind, mask) * inverse)

    def encode_batch(number: Register) -> None:
        place = number * (batch * coding.lanes)
        vectors = [numbers(place + v * coding.lanes) for v in range(batch)]
        store(coding.joined(vectors, scaling), codes + place * coding.code.size)

    def encode_vector(number: Register) -> None:
        place = whole + number * coding.lanes
        mask = first_places(count - place, coding.lanes)
        made = coding.single(numbers(place, mask), scaling)
        store(made, codes + place * coding.code.size, mask if ahead is None else None)

    whole = count // (batch * coding.lanes) * (batch * coding.lanes)
    times(count // (batch * coding.lanes), encode_batch)
    times((count - whole + (coding.lanes - 1)) // coding.lanes, encode_vector)


def _minus_zero(scaling: Scaling, count: int) -> Register:
    return splat(narrowed(scaling.minus_zero, INT16), count)


def _unsigned_bytes(numbers: Sequence[Register], scaling: Scaling) -> Register:
    """Four vectors of AVX-512 become one. Packing interleaves what is within 16 bytes: each
    vector's four groups of four are put one behind the other again."""
    words = [
        first.call("llvm.x86.avx512.packssdw.512", INT16 * 32, second) - _minus_zero(scaling, 32)
        for first, second in (numbers[:2], numbers[2:])
    ]
    packed = words[0].call("llvm.x86.avx512.packuswb.512", INT8 * 64, words[1])
    places = [vector + 4 * group for vector in range(4) for group in range(4)]
    return packed.seen_as(INT32 * 16).shuffled(places).seen_as(INT8 * 64)


def _words(numbers: Sequence[Register], scaling: Scaling) -> Register:
    """Two vectors of AVX2 become one. Packing interleaves what is within 16 bytes, too."""
    packed = numbers[0].call("llvm.x86.avx2.packssdw", INT16 * 16, numbers[1])
    ordered = packed.seen_as(INT64 * 4).shuffled([0, 2, 1, 3]).seen_as(INT16 * 16)
    zero = _minus_zero(scaling, 16)
    return between(ordered - zero, INT8_MIN, INT8_MAX) + zero


def _bytes(numbers: Sequence[Register], scaling: Scaling) -> Register:
    """Four vectors of any processor become one."""
    halves = [a.shuffled(range(2 * a.kind.count), b) for a, b in (numbers[:2], numbers[2:])]
    joined = halves[0].shuffled(range(2 * halves[0].kind.count), halves[1])
    moved = joined - splat(scaling.minus_zero, joined.kind.count)
    return narrowed(between(moved, INT8_MIN, INT8_MAX), INT8 * joined.kind.count)


CODINGS = {
    "avx512vnni": Coding(16, INT8, 0, UINT8_MAX, 4, _unsigned_bytes),
    "avx2": Coding(8, INT16, INT8_MIN, INT8_MAX, 2, _words, centered=True),
    "neon_dot": Coding(4, INT8, INT8_MIN, INT8_MAX, 4, _bytes),
}

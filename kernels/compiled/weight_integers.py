"""What becomes of weights in vectors: integers, and how far those are from the weights.

Rounding is that of ``quant.plain_channels``: for good in float64, halves away from zero; to compare
steps in float32, halves to even. An error is that of what a runtime restores, the integer times
the scale in float32. Sums are of float64, to compare within a chunk of float32, in an order that
depends on nothing but the weight's shape.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kernels.compiled.formulas import MAGNITUDE
from kernels.compiled.vector_ir import (
    FLOAT,
    INT8,
    INT32,
    Kind,
    Register,
    first_places,
    greater,
    load,
    loop,
    maximum,
    narrowed,
    rounded,
    smaller,
    splat,
    store,
    to_double,
    to_float,
    truncated,
)

LANES = 16
"""Weights of a vector, on every processor."""

Turn = Callable[..., Sequence[Register]]
"""From a vector's place, its mask (None: all of it) and what is carried, what is carried on."""


def over_vectors(count: Register, carried: Sequence[Register], turn: Turn) -> Sequence[Register]:
    """``carried = turn(place, mask, *carried)`` for vectors of ``count`` weights, in order."""
    whole = count // LANES * LANES
    rest = first_places(count - whole, LANES)
    held = loop(count // LANES, carried, lambda i, *held: turn(i * LANES, None, *held))
    last = (count - whole + (LANES - 1)) // LANES
    return loop(last, held, lambda _, *held: turn(whole, rest, *held))


def larger_magnitude(found: Register, address: Register, mask: Register | None) -> Register:
    """The bits of the larger magnitudes: those found, or of the weights at an address. As
    integers they are in the order of the magnitudes, NaN and the infinities beyond all others."""
    return maximum(found, load(address, INT32 * LANES, mask) & MAGNITUDE)


def everywhere(number: Register) -> Register:
    """An int64 as float32, in every place."""
    return splat(to_float(narrowed(number, INT32)), LANES)


def in_every_place(address: Register, number: Register, kind: Kind) -> Register:
    """A number of an array."""
    return splat(load(address + number * kind.size, kind), LANES)


def integers(weights: Register, step: Register, largest: Register) -> Register:
    """int32: the nearest multiples of the step, of which the largest is given."""
    exact = _limited(to_double(weights) / step, to_double(largest))
    whole = truncated(exact)
    rest = exact - to_double(to_float(whole))
    return whole + truncated(rest + rest)


def near_integers(weights: Register, inverse: Register, largest: Register) -> Register:
    """int32: nearly the same, from the inverse of the step."""
    return rounded(_limited(weights * inverse, largest))


def _limited(exact: Register, largest: Register) -> Register:
    return greater(smaller(exact, largest), largest * -1.0)


def store_integers(made: Register, address: Register, mask: Register | None) -> None:
    """As int8."""
    store(narrowed(made, INT8 * LANES), address, mask)


def restored(made: Register, scale: Register) -> Register:
    """What a runtime makes of integers."""
    return to_float(made) * scale


def squared(numbers: Register) -> Register:
    """The numbers' squares."""
    return numbers * numbers


def floats_at(address: Register, mask: Register | None) -> Register:
    """A vector of float32: 0 where it is masked. Weights that are 0 have no error."""
    return load(address, FLOAT * LANES, mask)


def total(sums: Register) -> Register:
    """Of the places of a vector."""
    while sums.kind.count > 1:
        half = sums.kind.count // 2
        sums = sums.shuffled(range(half)) + sums.shuffled(range(half, 2 * half))
    return sums

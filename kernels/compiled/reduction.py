"""Sums over one axis, as XNNPACK's: x (outer, count, inner) becomes (outer, inner).

A chunk is a number of ``outer``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kernels.compiled.runs import for_vectors
from kernels.compiled.vector_ir import (
    FLOAT,
    INT8,
    INT32,
    Kind,
    Register,
    constant,
    first_places,
    fma,
    load,
    loop,
    narrowed,
    rounded,
    select,
    splat,
    store,
    times,
    to_float,
    widened,
)
from kernels.compiled.vector_kernel import VectorSource, vector_kernel
from kernels.field_types import INDEX, MEMORY, NUMBER, FieldType

VECTORS = 4
"""Summed together."""
WIDE, ACCUMULATORS = 16, 2
"""Floats that f32-rsum adds at a time, and how many such sums it has, on AVX-512."""
QMIN, QMAX = -128, 127

ARRAYS = {"x": MEMORY, "y": MEMORY}


def sum_rows(
    number: Kind,
    lanes: int,
    finish: Callable[[Any, Register], Register],
    fields: Mapping[str, FieldType],
) -> VectorSource:
    """Numbers that are ``inner`` apart, one after the other; ``finish`` makes results of sums."""
    total = FLOAT if number == FLOAT else INT32

    @vector_kernel(**ARRAYS, count=INDEX, inner=INDEX, **fields)
    def run(f: Any, chunk: Register) -> None:
        source = f.x + chunk * f.count * f.inner * number.size
        target = f.y + chunk * f.inner * number.size

        def make(place: Register, vectors: int, mask: Register | None) -> None:
            starts = [source + (place + v * lanes) * number.size for v in range(vectors)]

            def add(index: Register, *sums: Register) -> list[Register]:
                at = index * f.inner * number.size
                loaded = [load(start + at, number * lanes, mask) for start in starts]
                return [s + as_total(x) for s, x in zip(sums, loaded, strict=True)]

            # -0.0 is what changes nothing that it is added to.
            zero = constant(chunk, total * lanes, -0.0 if total == FLOAT else 0)
            for v, made in enumerate(loop(f.count, [zero] * vectors, add)):
                store(finish(f, made), target + (place + v * lanes) * number.size, mask)

        width = VECTORS * lanes
        blocks = f.inner // width
        times(blocks, lambda block: make(block * width, VECTORS, None))
        rest = blocks * width
        for_vectors(f.inner - rest, lanes, lambda place, mask: make(rest + place, 1, mask))

    def as_total(x: Register) -> Register:
        return x if total == FLOAT else widened(x, total * lanes)

    return run


def scaled_row_sums(lanes: int) -> VectorSource:
    """Sums of floats, in order, times ``scale``."""

    def finish(f: Any, total: Register) -> Register:
        return total * splat(f.scale, lanes) + 0.0

    return sum_rows(FLOAT, lanes, finish, {"scale": NUMBER})


def requantized_row_sums(lanes: int) -> VectorSource:
    """Sums of int8 times ``scale`` plus ``bias``, rounded: int8."""

    return sum_rows(INT8, lanes, requantized, {"scale": NUMBER, "bias": NUMBER})


def scaled_lane_sums() -> VectorSource:
    """Sums of floats that lie side by side, times ``scale``: ``kernels.float_sum.sum_of_lanes``."""
    kind = FLOAT * WIDE

    @vector_kernel(**ARRAYS, count=INDEX, scale=NUMBER)
    def run(f: Any, chunk: Register) -> None:
        source = f.x + chunk * f.count * FLOAT.size
        vectors = f.count // WIDE

        def start(number: int) -> Register:
            zero, nothing = (constant(chunk, FLOAT, value) for value in (0.0, -0.0))
            return splat(select(vectors > number, nothing, zero), WIDE)

        def add(turn: Register, first: Register, second: Register) -> list[Register]:
            at = source + turn * (ACCUMULATORS * kind.size)
            return [first + load(at, kind), second + load(at + kind.size, kind)]

        def add_odd(_: Register, first: Register) -> list[Register]:
            return [first + load(source + (vectors - 1) * kind.size, kind)]

        first, second = loop(vectors // ACCUMULATORS, [start(0), start(1)], add)
        (first,) = loop(vectors % ACCUMULATORS, [first], add_odd)
        total = first + second
        mask = first_places(f.count - vectors * WIDE, WIDE)
        rest = load(source + vectors * kind.size, kind, mask)
        total = halved(select(mask, total + rest, total))
        nothing = constant(chunk, FLOAT, 0.0)
        store(fma(total, f.scale, nothing), f.y + chunk * FLOAT.size)

    return run


def requantized_lane_sums() -> VectorSource:
    """Sums of int8 that lie side by side, times ``scale`` plus ``bias``, rounded: int8."""
    kind = INT32 * WIDE

    @vector_kernel(**ARRAYS, count=INDEX, scale=NUMBER, bias=NUMBER)
    def run(f: Any, chunk: Register) -> None:
        source = f.x + chunk * f.count
        vectors = f.count // WIDE
        mask = first_places(f.count - vectors * WIDE, WIDE)
        start = widened(load(source + vectors * WIDE, INT8 * WIDE, mask), kind)

        def add(index: Register, total: Register) -> list[Register]:
            return [total + widened(load(source + index * WIDE, INT8 * WIDE), kind)]

        (total,) = loop(vectors, [start], add)
        store(requantized(f, halved(total)), f.y + chunk)

    return run


def requantized(f: Any, total: Register) -> Register:
    """int8 of sums."""
    lanes = total.kind.count
    x = to_float(total) * splat(f.scale, lanes) + splat(f.bias, lanes)
    low, high = (constant(total, x.kind, float(end)) for end in (QMIN, QMAX))
    raised = select(x > low, x, low)
    return narrowed(rounded(select(raised < high, raised, high)), INT8 * lanes)


def halved(lanes: Register) -> Register:
    """The sum of lanes: of the halves, then of the halves of that, and so on."""
    half = lanes.kind.count // 2
    if not half:
        return lanes
    low, high = lanes.shuffled(range(half)), lanes.shuffled(range(half, 2 * half))
    return halved(low + high)

"""Where the largest or smallest elements of an axis are; of equal ones the first, NaN before all.

x: (outer, count, inner); y: (outer, inner) int32. A chunk is an element of y.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kernels.compiled.vector_ir import (
    FLOAT,
    INT8,
    INT32,
    Kind,
    Register,
    constant,
    load,
    loop,
    narrowed,
    select,
    store,
    widened,
    zero_extended,
)
from kernels.compiled.vector_kernel import VectorSource, vector_kernel
from kernels.field_types import INDEX, MEMORY

Order = Callable[[Register, Register], Register]
"""Whether the first number comes before the second."""


def _search(number: Kind, seen: Callable[[Register], Register], order: Order) -> VectorSource:
    """``seen``: a number as it is compared."""

    @vector_kernel(x=MEMORY, y=MEMORY, count=INDEX, inner=INDEX)
    def run(f: Any, chunk: Register) -> None:
        start = chunk // f.inner * f.count * f.inner + chunk % f.inner

        def at(place: Register) -> Register:
            return seen(load(f.x + (start + place * f.inner) * number.size, number))

        def compare(place: Register, best: Register, found: Register) -> list[Register]:
            given = at(place)
            better = order(given, best)
            return [select(better, given, best), select(better, place, found)]

        first = constant(chunk, chunk.kind, 0)
        _, found = loop(f.count, [at(first), first], compare)
        store(narrowed(found, INT32), f.y + chunk * INT32.size)

    return run


def _or_nan(order: Order) -> Order:
    """NaN comes before all numbers."""

    def before(x: Register, best: Register) -> Register:
        return select(x.is_nan(), best.equals(best), order(x, best))

    return before


def _larger(x: Register, best: Register) -> Register:
    return x > best


def _smaller(x: Register, best: Register) -> Register:
    return x < best


def _itself(x: Register) -> Register:
    return x


def _signed(x: Register) -> Register:
    return widened(x, INT32)


def _unsigned(x: Register) -> Register:
    return zero_extended(x, INT32)


largest_float32 = _search(FLOAT, _itself, _or_nan(_larger))
largest_int32 = _search(INT32, _itself, _larger)
largest_int8, largest_uint8 = (_search(INT8, seen, _larger) for seen in (_signed, _unsigned))
smallest_float32 = _search(FLOAT, _itself, _or_nan(_smaller))
smallest_int32 = _search(INT32, _itself, _smaller)
smallest_int8, smallest_uint8 = (_search(INT8, seen, _smaller) for seen in (_signed, _unsigned))

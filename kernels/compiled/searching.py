"""Where the largest or smallest elements of an axis are; of equal ones the first, NaN before all.

x: (outer, count, inner); y: (outer, inner) int32. A chunk is an element of y.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kernels.field_types import FLOATS, INDEX, INT8S, INT32S, UINT8S, Array, FieldType
from kernels.jit import Source, inline, kernel


@inline
def _is_larger(x: Any, best: Any) -> Any:
    return x > best or (x != x and best == best)


@inline
def _is_smaller(x: Any, best: Any) -> Any:
    return x < best or (x != x and best == best)


def _search(numbers: FieldType, is_better: Callable[[Any, Any], Any]) -> Source:
    @kernel(numbers, INT32S, INDEX, INDEX)
    def search(x: Array, y: Array, count: int, inner: int, begin: int, end: int) -> None:
        for at in range(begin, end):
            start = at // inner * count * inner + at % inner
            best, place = x[start], 0
            for i in range(1, count):
                number = x[start + i * inner]
                if is_better(number, best):
                    best, place = number, i
            y[at] = place

    return search


TYPES = (FLOATS, INT32S, INT8S, UINT8S)
largest_float32, largest_int32, largest_int8, largest_uint8 = (
    _search(numbers, _is_larger) for numbers in TYPES
)
smallest_float32, smallest_int32, smallest_int8, smallest_uint8 = (
    _search(numbers, _is_smaller) for numbers in TYPES
)

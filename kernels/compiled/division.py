"""Divisions of integers: DIV, FLOOR_DIV, FLOOR_MOD. A divisor 0 is refused.

z = f(x, y), elements of x and y ``x_step`` and ``y_step`` apart: 1, or 0 where one number serves
all. A chunk is an element.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kernels.field_types import INDEX, INT32S, INT64S, Array, FieldType
from kernels.jit import Source, inline, kernel

REFUSED = 1


@inline
def _floor_quotient(x: Any, y: Any) -> Any:
    return -x if y == -1 else x // y


@inline
def _quotient(x: Any, y: Any) -> Any:
    """Rounded towards zero."""
    floor = _floor_quotient(x, y)
    inexact = floor * y != x
    return floor + 1 if inexact and (x < 0) != (y < 0) else floor


@inline
def _remainder(x: Any, y: Any) -> Any:
    """It has the sign of y."""
    return x - x if y == -1 else x - x // y * y


def _division(integers: FieldType, compute: Callable[[Any, Any], Any]) -> Source:
    @kernel(integers, integers, integers, INDEX, INDEX)
    def divide(x: Array, y: Array, z: Array, x_step: int, y_step: int, begin: int, end: int) -> int:
        for i in range(begin, end):
            if y[i * y_step] == 0:
                return REFUSED
            z[i] = compute(x[i * x_step], y[i * y_step])
        return 0

    return divide


div_int32, floor_div_int32 = (_division(INT32S, f) for f in (_quotient, _floor_quotient))
floor_mod_int32, floor_mod_int64 = (_division(kind, _remainder) for kind in (INT32S, INT64S))

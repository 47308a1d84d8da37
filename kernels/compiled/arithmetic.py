"""Arithmetic of two arrays that broadcast, in the rounding of NumPy, which is XNNPACK's.

See ``kernels.compiled.broadcasting``. NaN stays NaN, integers wrap around.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kernels.compiled.broadcasting import broadcast
from kernels.compiled.formulas import clamped
from kernels.compiled.vector_ir import (
    FLOAT,
    INT8,
    INT32,
    INT64,
    Kind,
    Register,
    select,
    unsigned_maximum,
    unsigned_minimum,
)
from kernels.compiled.vector_ir import maximum as integer_maximum
from kernels.compiled.vector_ir import minimum as integer_minimum
from kernels.compiled.vector_kernel import VectorSource
from kernels.field_types import NUMBER

Operation = Callable[[Register, Register], Register]


def _bounded(operation: Operation) -> VectorSource:
    """An operation of floats whose result is clamped to [low, high]."""

    def compute(x: Register, y: Register, f: Any) -> Register:
        return clamped(operation(x, y), f.low, f.high)

    return broadcast(FLOAT, FLOAT, compute, low=NUMBER, high=NUMBER)


def _plain(kind: Kind, operation: Operation) -> VectorSource:
    return broadcast(kind, kind, lambda x, y, f: operation(x, y))


def _add(x: Register, y: Register) -> Register:
    return x + y


def _sub(x: Register, y: Register) -> Register:
    return x - y


def _mul(x: Register, y: Register) -> Register:
    return x * y


def _maximum(x: Register, y: Register) -> Register:
    """np.maximum: of equals the second; NaN if one is."""
    return select(x.equals(x), select(x > y, x, y), x)


def _minimum(x: Register, y: Register) -> Register:
    return select(x.equals(x), select(x < y, x, y), x)


def _squared_difference(x: Register, y: Register) -> Register:
    return (x - y) * (x - y)


def _prelu(x: Register, alpha: Register) -> Register:
    """x, times ``alpha`` where it is negative."""
    return select(x >= 0.0, x, x * alpha)


add, sub, mul = _bounded(_add), _bounded(_sub), _bounded(_mul)
div = _bounded(lambda x, y: x / y)
maximum, minimum = _plain(FLOAT, _maximum), _plain(FLOAT, _minimum)
squared_difference, prelu = _plain(FLOAT, _squared_difference), _plain(FLOAT, _prelu)

add_int32, sub_int32, mul_int32 = (_plain(INT32, f) for f in (_add, _sub, _mul))
add_int64, sub_int64, mul_int64 = (_plain(INT64, f) for f in (_add, _sub, _mul))
maximum_int32, minimum_int32 = (_plain(INT32, f) for f in (integer_maximum, integer_minimum))
maximum_int64, minimum_int64 = (_plain(INT64, f) for f in (integer_maximum, integer_minimum))
maximum_int8, minimum_int8 = (_plain(INT8, f) for f in (integer_maximum, integer_minimum))
maximum_uint8, minimum_uint8 = (_plain(INT8, f) for f in (unsigned_maximum, unsigned_minimum))
"""Bytes as they are."""

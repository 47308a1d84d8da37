"""Comparisons of two arrays that broadcast, to BOOL: bytes that are 0 or 1.

See ``kernels.compiled.broadcasting``. Of NaN only ``not_equal`` is true.
"""

from __future__ import annotations

from collections.abc import Callable

from kernels.compiled.broadcasting import broadcast
from kernels.compiled.conversions import as_bytes
from kernels.compiled.vector_ir import FLOAT, INT8, INT32, INT64, Kind, Register
from kernels.compiled.vector_kernel import VectorSource

Operation = Callable[[Register, Register], Register]


def _comparison(kind: Kind, compare: Operation) -> VectorSource:
    return broadcast(kind, INT8, lambda x, y, f: as_bytes(compare(x, y)))


def _logic(compute: Operation) -> VectorSource:
    """Of bytes that are 0 or 1."""
    return broadcast(INT8, INT8, lambda x, y, f: compute(x, y))


def _unequal(kind: Kind) -> VectorSource:
    return broadcast(kind, INT8, lambda x, y, f: as_bytes(x.equals(y)) ^ 1)


def _equal(x: Register, y: Register) -> Register:
    return x.equals(y)


def _less(x: Register, y: Register) -> Register:
    return x < y


def _less_equal(x: Register, y: Register) -> Register:
    return x <= y


less_float32, less_int32, less_int64 = (_comparison(k, _less) for k in (FLOAT, INT32, INT64))
less_equal_float32, less_equal_int32, less_equal_int64 = (
    _comparison(k, _less_equal) for k in (FLOAT, INT32, INT64)
)
equal_float32, equal_int32, equal_int64, equal_bool = (
    _comparison(k, _equal) for k in (FLOAT, INT32, INT64, INT8)
)
not_equal_float32, not_equal_int32, not_equal_int64, not_equal_bool = (
    _unequal(k) for k in (FLOAT, INT32, INT64, INT8)
)
logical_and_bool, logical_or_bool = (
    _logic(lambda x, y: x & y),
    _logic(lambda x, y: x.either(y)),
)

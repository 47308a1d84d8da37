"""Tensors with a border around them.

x has four dimensions, of sizes s; before it are b and, with what is after it, y has sizes t. A
chunk is a row of y: its last dimension. ``value`` is written where x is not.
"""

from __future__ import annotations

from kernels.field_types import INDEX, INT8S, INT32S, Array
from kernels.jit import inline, kernel

SHAPE = (INDEX,) * 12


@inline
def source_row(
    row: int, s0: int, s1: int, s2: int, b0: int, b1: int, b2: int, t1: int, t2: int
) -> int:
    """The row of x that a row of y has; -1 if it has none."""
    i, j, k = row // t2 // t1 - b0, row // t2 % t1 - b1, row % t2 - b2
    inside = 0 <= i < s0 and 0 <= j < s1 and 0 <= k < s2
    return (i * s1 + j) * s2 + k if inside else -1


@kernel(INT32S, INT32S, *SHAPE, INDEX)
def pad_words(
    x: Array,
    y: Array,
    s0: int,
    s1: int,
    s2: int,
    s3: int,
    b0: int,
    b1: int,
    b2: int,
    b3: int,
    t0: int,
    t1: int,
    t2: int,
    t3: int,
    value: int,
    begin: int,
    end: int,
) -> None:
    """Of four bytes."""
    for row in range(begin, end):
        source, out = source_row(row, s0, s1, s2, b0, b1, b2, t1, t2), row * t3
        left, right = (b3, b3 + s3) if source >= 0 else (t3, t3)
        for i in range(left):
            y[out + i] = value
        for i in range(left, right):
            y[out + i] = x[source * s3 + i - b3]
        for i in range(right, t3):
            y[out + i] = value


@kernel(INT8S, INT8S, *SHAPE, INDEX)
def pad_bytes(
    x: Array,
    y: Array,
    s0: int,
    s1: int,
    s2: int,
    s3: int,
    b0: int,
    b1: int,
    b2: int,
    b3: int,
    t0: int,
    t1: int,
    t2: int,
    t3: int,
    value: int,
    begin: int,
    end: int,
) -> None:
    """Of one byte."""
    for row in range(begin, end):
        source, out = source_row(row, s0, s1, s2, b0, b1, b2, t1, t2), row * t3
        left, right = (b3, b3 + s3) if source >= 0 else (t3, t3)
        for i in range(left):
            y[out + i] = value
        for i in range(left, right):
            y[out + i] = x[source * s3 + i - b3]
        for i in range(right, t3):
            y[out + i] = value

"""Divisions of int32: DIV, FLOOR_DIV, FLOOR_MOD. A divisor 0 is refused.

z = f(x, y), elements of x and y ``x_step`` and ``y_step`` apart: 1, or 0 where one number serves
all. A chunk is an element.
"""

from __future__ import annotations

from kernels.field_types import INDEX, INT32S, Array
from kernels.jit import inline, kernel

REFUSED = 1
TOWARDS_ZERO, FLOOR, REMAINDER = 0, 1, 2
"""What ``divide`` makes: a quotient that is rounded so, or what is left, of the sign of y."""


@inline
def _divided(x: int, y: int, wanted: int) -> int:
    floor = x // y
    rest = x - floor * y
    if wanted == REMAINDER:
        return rest
    if wanted == TOWARDS_ZERO and rest != 0 and (x < 0) != (y < 0):
        return floor + 1
    return floor


@kernel(INT32S, INT32S, INT32S, INDEX, INDEX, INDEX)
def divide(
    x: Array, y: Array, z: Array, x_step: int, y_step: int, wanted: int, begin: int, end: int
) -> int:
    """z = x divided by y."""
    for i in range(begin, end):
        divisor = int(y[i * y_step])
        if divisor == 0:
            return REFUSED
        z[i] = _divided(int(x[i * x_step]), divisor, wanted)
    return 0

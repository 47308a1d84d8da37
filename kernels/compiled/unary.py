"""Functions of one float, element by element. x and y: (n,) float32."""

from __future__ import annotations

import numpy as np

from kernels.field_types import FLOATS, Array
from kernels.jit import kernel

ZERO = np.float32(0)


@kernel(FLOATS, FLOATS)
def relu(x: Array, y: Array, begin: int, end: int) -> None:
    """The larger of x and 0; NaN stays NaN."""
    for i in range(begin, end):
        y[i] = ZERO if x[i] < ZERO else x[i]

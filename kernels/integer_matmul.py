"""Exact products of small integers on float32 units, which every machine has.

float32 holds every integer up to 2**24. A sum of at most EXACT_DEPTH products of an int8
weight and an activation code stays below that, so nothing is rounded; longer sums are cut
into such pieces and the pieces added in float64.
"""

from __future__ import annotations

import numpy as np

from kernels.float_matmul import fused_matmul
from kernels.node import Array

EXACT_DEPTH = 512
"""Products per piece: 512 * 128 * 255 < 2**24."""


def wide_matmul(left: Array, right: Array) -> Array:
    """The product of integer matrices as float64, exact up to 2**53 in whatever order: any sum
    of int8 by int16 products that fits in memory."""
    product: Array = left @ right
    return product


def integer_matmul(left: Array, right: Array) -> Array:
    """The product of integer matrices, each element rounded once, to float32.

    left: (m, k) integers in [-255, 255]; right: (k, n) integers in [-128, 127]; both float32.
    Equals the int32 sum of the TFLite kernels converted to float32 wherever that does not
    overflow (k <= 66310), and the true sum beyond.
    """
    return exact_sums(left, right).astype(np.float32, copy=False)


def exact_sums(left: Array, right: Array) -> Array:
    """The product of integer matrices as above, exact: float32, or float64 if k is large."""
    depth = left.shape[1]
    if depth <= EXACT_DEPTH:
        return fused_matmul(left, right, 0)
    total = np.zeros((left.shape[0], right.shape[1]), np.float64)
    for start in range(0, depth, EXACT_DEPTH):
        piece = slice(start, start + EXACT_DEPTH)
        total += fused_matmul(left[:, piece], right[piece], 0)
    return total

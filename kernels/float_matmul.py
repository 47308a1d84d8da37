"""Matrix products in float32, each sum in the order and rounding of a LiteRT runtime.

left: (m, k); right: (k, n); returns (m, n). A whole model agrees with LiteRT only if these
sums do: one unit in the last place becomes a whole quantum in a hybrid operator after it.
They are also the same on every machine, which sums by BLAS are not.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kernels.errors import InputError
from kernels.kernel import kernel
from kernels.node import REFERENCE, Array

Matmul = Callable[[Array, Array, "Array | float"], Array]

NARROW = 16
"""Fewer columns than a vector register holds: then rows and columns change places."""

LANES = 4
"""Numbers in the vectors of TFLite's recurrent kernels."""


def runtime_matmul(numerics: str) -> Matmul:
    """The product as the runtime ``numerics`` computes it: XNNPACK's f32-gemm starts from the
    bias, TFLite's reference kernels add it last."""
    if numerics == REFERENCE:
        return lambda left, right, bias: rounded_matmul(left, right, 0) + bias
    return fused_matmul


def fused_matmul(left: Array, right: Array, start: Array | float) -> Array:
    """From ``start``, a number, (n,) or (m, n): ``sum = fma(left[p], right[p], sum)``."""
    return _matmul("sums.add_fused", left, right, start)


def rounded_matmul(left: Array, right: Array, start: Array | float) -> Array:
    """From ``start``: ``sum = sum + left[p] * right[p]``, each product rounded."""
    return _matmul("sums.add_rounded", left, right, start)


def _matmul(name: str, left: Array, right: Array, start: Array | float) -> Array:
    if left.ndim != 2 or right.ndim != 2 or left.shape[1] != right.shape[0]:
        raise InputError(
            f"A matrix product of {left.shape} and {right.shape}.",
            "The columns of the left and the rows of the right must be as many.",
        )
    output = np.empty((left.shape[0], right.shape[1]), np.float32)
    output[...] = start
    if right.shape[1] < min(NARROW, left.shape[0]):
        transposed = np.ascontiguousarray(output.T)
        _add(name, right.T, left.T, transposed)
        return transposed.T
    _add(name, left, right, output)
    return output


def _add(name: str, left: Array, right: Array, output: Array) -> None:
    """Adds the product to ``output``."""
    operands = (np.ascontiguousarray(value, np.float32) for value in (left, right))
    kernel(name)(*operands, output, *right.shape, chunks=len(left))


def lane_matmul(left: Array, right: Array, start: Array | float) -> Array:
    """TFLite's recurrent kernels (neon_tensor_utils.cc, which x86 runs too): LANES interleaved
    sums from 0, added up in order and to ``start``; then what is left over, one by one."""
    whole = left.shape[1] // LANES * LANES
    first, *others = (
        rounded_matmul(left[:, lane:whole:LANES], right[lane:whole:LANES], 0)
        for lane in range(LANES)
    )
    for lane in others:
        first += lane
    return rounded_matmul(left[:, whole:], right[whole:], first + start)

"""What ``quant.plain_balance`` defines, by a compiled kernel on all processors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kernels.kernel import kernel
from kernels.parallel import processors, run_parallel
from quant.plain_balance import Rows

_SCRATCH = 128
"""Numbers that a row needs."""
_SLAB = 1 << 20
"""Weights that are gone through with one scratch."""
_LEAST = 1 << 17
"""Weights that are worth a thread."""


def balance(
    weights: NDArray[np.float32],
    values: NDArray[np.int8],
    scale: NDArray[np.float32],
    rows: Rows,
    limit: int,
) -> tuple[float, float]:
    """``plain_balance.balance``; the integers are the same, sums are added up in another order."""
    at_once = max(1, _SLAB // rows.count) if rows.row_stride == rows.count else rows.rows
    signal = noise = 0.0
    for begin in range(0, rows.rows, at_once):
        part = replace(rows, rows=min(at_once, rows.rows - begin))
        places = slice(begin * rows.row_stride, begin * rows.row_stride + part.rows * rows.count)
        scales = scale[begin : begin + part.rows] if rows.scale_stride else scale
        if at_once == rows.rows:
            places = slice(None)
        sums = _balance_slab(weights[places], values[places], scales, part, limit)
        signal, noise = signal + sums[0], noise + sums[1]
    return signal, noise


def _balance_slab(
    weights: NDArray[np.float32],
    values: NDArray[np.int8],
    scale: NDArray[np.float32],
    rows: Rows,
    limit: int,
) -> tuple[float, float]:
    code = kernel("weight_balance.balance_rows")
    sums = np.zeros((2, rows.rows))
    scratch = np.zeros(rows.rows * _SCRATCH, np.int32)
    shape = (rows.count, rows.places, rows.row_stride, rows.stride, rows.scale_stride, limit)
    arguments = (weights, values, scale, scratch, *sums, *shape)
    threads = min(processors(), -(-weights.size // _LEAST))
    run_parallel(code, arguments, rows.rows, threads)
    signal, noise = sums.sum(axis=1)
    return float(signal), float(noise)

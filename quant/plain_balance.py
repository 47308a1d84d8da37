"""Errors of rounded weights made to cancel, in NumPy: what ``quant.compiled_balance`` equals.

Rounded to nearest, the errors of a channel's weights add up to some steps, by chance. As the
activations are seldom around zero (images, and all that a ReLU makes), that is an error of the
output's mean, which is far more than what the errors make one by one. So those whose error is
nearest to half a step, where the other side is hardly worse, are rounded to the other side until
the sum is within half a step: first of each input channel over the places of a filter, for those
read nearly the same value, then of all.

Source of the idea: Guo and others, "SQuant: On-the-Fly Data-Free Quantization via Diagonal
Hessian Approximation", ICLR 2022.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

LEVELS = 4096
"""Of how near an error is to half a step: cheap ones are moved first, of equal ones the first."""


@dataclass(frozen=True)
class Rows:
    """Which weights are of one sum: row r has ``count`` of them, from ``r * row_stride`` on,
    ``stride`` apart. Weight k reads channel ``k % places`` of the input. ``scale_stride`` is 1
    if each row has a scale, else 0."""

    rows: int
    count: int
    places: int
    row_stride: int
    stride: int
    scale_stride: int


def balance(
    weights: NDArray[np.float32],
    values: NDArray[np.int8],
    scale: NDArray[np.float32],
    rows: Rows,
    limit: int,
) -> tuple[float, float]:
    """Changes some ``values`` by one step, within ``[-limit, limit]``. Returns the sums of ``w^2``
    and ``(w - values * scale)^2``.

    weights, values: flat, in C order; scale: (rows,) or (1,).
    """
    exact, integers = (_by_row(each, rows) for each in (weights, values))
    scales = np.broadcast_to(scale, rows.rows)[:, np.newaxis] if rows.scale_stride else scale
    signal = noise = 0.0
    for row in range(rows.rows):
        step = scales[row] if rows.scale_stride else scales
        error = integers[row] - exact[row] * (1.0 / step.astype(np.float64))
        if 1 < rows.places < rows.count:
            for place in range(rows.places):
                _move(integers[row, place :: rows.places], error[place :: rows.places], limit)
        _move(integers[row], error, limit)
        wide = exact[row].astype(np.float64)
        left = wide - integers[row] * step
        signal, noise = signal + float(wide @ wide), noise + float(left @ left)
    return signal, noise


def _by_row(flat: NDArray[Any], rows: Rows) -> NDArray[Any]:
    size = flat.itemsize
    strides = (rows.row_stride * size, rows.stride * size)
    return as_strided(flat, (rows.rows, rows.count), strides)


def _move(integers: NDArray[np.int8], error: NDArray[np.float64], limit: int) -> None:
    """Moves the cheapest integers by a step against the sum of the errors; both are changed."""
    total = np.add.accumulate(error)[-1]
    sign = 1 if total > 0 else -1
    gain = error * sign
    free = (gain > 0) & (gain <= 0.5) & (np.abs(integers.astype(np.int16) - sign) <= limit)
    level = np.where(free, np.minimum(gain * 2 * LEVELS, LEVELS - 1), -1).astype(np.int64)
    cheapest = np.argsort(-level, kind="stable")[: min(int(np.rint(abs(total))), free.sum())]
    integers[cheapest] -= np.int8(sign)
    error[cheapest] -= sign

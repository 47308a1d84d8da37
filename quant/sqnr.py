"""Signal-to-quantization-noise ratio: how far an approximation is from its reference."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BLOCK = 1 << 16
"""Elements widened to float64 at a time."""


def sqnr_db(reference: NDArray[Any], approximation: NDArray[Any]) -> float:
    """``10 log10( sum(r^2) / sum((r - a)^2) )`` over all elements, in dB, summed in float64.

    inf where the two are equal (also where both are empty or all 0), -inf where the
    reference is all 0 and the approximation is not. nan where either has a NaN or an Inf:
    no ratio says anything then. Raises ValueError if the shapes differ.
    """
    if reference.shape != approximation.shape:
        raise ValueError(f"shapes differ: {reference.shape} and {approximation.shape}")
    return ratio_db(*energies(reference, approximation))


def energies(reference: NDArray[Any], approximation: NDArray[Any]) -> tuple[float, float]:
    """``sum(r^2)`` and ``sum((r - a)^2)``: they add up over parts of one tensor. No product of
    vectors: how a BLAS adds up depends on its threads."""
    r, a = reference.reshape(-1), approximation.reshape(-1)
    signal = noise = 0.0
    for start in range(0, r.size, _BLOCK):
        block = r[start : start + _BLOCK].astype(np.float64)
        error = block - a[start : start + _BLOCK]
        signal += float(np.square(block, out=block).sum())
        noise += float(np.square(error, out=error).sum())
    return signal, noise


def ratio_db(signal: float, noise: float) -> float:
    """``10 log10(signal / noise)`` with the conventions of ``sqnr_db``."""
    if not (math.isfinite(signal) and math.isfinite(noise)):
        return math.nan
    if noise == 0.0:
        return math.inf
    if signal == 0.0:
        return -math.inf
    return 10.0 * (math.log10(signal) - math.log10(noise))

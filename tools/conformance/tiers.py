"""How closely a case must agree with LiteRT: a table, read from the top; the first row counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kernels.node import NUMERICS, XNNPACK, Array

EXACT, ULPS, TOLERANCE = TIERS = ("exact", "<= 2 ulp", "tolerance")
"""Equal in every bit; two units in the last place; a bound on |a - b| / (1 + |b|)."""
_MOST_ULPS = 2


@dataclass(frozen=True)
class Tier:
    """``bound`` is of the tolerance; ``reason`` says why a case is not exact."""

    name: str
    reason: str = ""
    bound: float = 0.0


@dataclass(frozen=True)
class _Row:
    operators: tuple[str, ...]
    types: tuple[str, ...]
    tier: Tier
    numerics: tuple[str, ...] = NUMERICS


_FLOAT = ("float32",)
_POWER = Tier(ULPS, "a power in vectors by Eigen, not the C library's")
_PRODUCTS = "products of matrices by Eigen, in an order that depends on their sizes"
_ORDER = Tier(TOLERANCE, _PRODUCTS, 1e-6)
_STEPS = Tier(TOLERANCE, f"{_PRODUCTS}, step after step", 1e-6)

_LSTMS = ("LSTM", "UNIDIRECTIONAL_SEQUENCE_LSTM", "BIDIRECTIONAL_SEQUENCE_LSTM")

_ROWS: tuple[_Row, ...] = (
    _Row(("CONV_3D_TRANSPOSE", "TRANSPOSE_CONV"), _FLOAT, _ORDER, (XNNPACK,)),
    _Row(("LOCAL_RESPONSE_NORMALIZATION",), _FLOAT, _POWER, (XNNPACK,)),
    _Row(_LSTMS, _FLOAT, _STEPS),
)


def tier_of(operator: str, type_: str, numerics: str) -> Tier:
    """The tier of an operator that computes with a type."""
    for row in _ROWS:
        if operator in row.operators and type_ in row.types and numerics in row.numerics:
            return row.tier
    return Tier(EXACT)


def difference(ours: Array, theirs: Array) -> float:
    """The largest |a - b| / (1 + |b|); infinite where shapes, types or NaN differ."""
    if ours.shape != theirs.shape or ours.dtype != theirs.dtype:
        return float("inf")
    if np.array_equal(ours, theirs, equal_nan=ours.dtype.kind in "fc"):
        return 0.0
    if ours.dtype == object:
        return float("inf")
    a, b = (value.astype(np.complex128) for value in (ours, theirs))
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    apart = np.where(same, 0.0, np.abs(a - b) / (1 + np.abs(b)))
    return float("inf") if np.isnan(apart).any() else float(apart.max())


def agrees(tier: Tier, ours: Array, theirs: Array) -> bool:
    """Whether two outputs are as close as the tier asks."""
    apart = difference(ours, theirs)
    if apart == 0 or tier.name == EXACT or np.isinf(apart):
        return apart == 0
    if tier.name == TOLERANCE:
        return apart <= tier.bound
    ulps = np.abs(ours.astype(np.float64) - theirs) / np.spacing(np.abs(theirs))
    return bool(np.nanmax(ulps) <= _MOST_ULPS)

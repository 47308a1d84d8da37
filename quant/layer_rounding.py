"""The rounding of one layer, given what its inputs are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quant.damping import USUAL, best_damping
from quant.gptq import gptq
from quant.learned_rounding import learned
from quant.roundable import Layer
from quant.rounding import GPTQ, LEARNED
from quant.row_problem import Doubles, Rounded, RowProblem, better_rows, damped, forms, products
from quant.second_moments import SecondMoments, SplitMoments
from quant.sqnr import energies, ratio_db
from quant.weights import LARGEST_INTEGER, StoredWeight, storable_steps

METHODS: Mapping[str, Callable[[RowProblem, Doubles], Rounded]] = MappingProxyType(
    {LEARNED: learned, GPTQ: gptq}
)
_MOST_ROWS = 128
"""That a damping is chosen with."""


@dataclass(frozen=True)
class RoundedLayer:
    """``shift`` (outputs,): what the bias loses. ``before`` and ``after``: the outputs' SQNR in dB
    on the samples, rounded as it was and as it is now, without the mean error."""

    stored: StoredWeight
    shift: Doubles
    before: float
    after: float


def round_layer(
    layer: Layer, weight: NDArray[Any], before: StoredWeight, moments: SplitMoments, method: str
) -> RoundedLayer:
    """The float32 ``weight``, stored as in ``before`` so far, rounded by a method of ``METHODS``.

    No row's error on the samples is larger than before.
    """
    rows = layer.product.rows(weight).astype(np.float64)
    prior = Rounded(
        layer.product.rows(before.values).astype(np.float64),
        before.scale.reshape(len(rows), -1).astype(np.float64),
    )
    problem = _problem(layer, rows, moments.all)
    damping = _damping(layer, rows, prior, moments)
    variances = _per_row(moments.all.variances, rows)
    made = METHODS[method](damped(problem, rows, damping), variances)
    made = better_rows(problem, made, prior)
    stored = _stored(layer, before, weight, made)
    before_db, after_db = _sqnrs(problem, rows, moments.all, (prior, made))
    return RoundedLayer(stored, _shift(layer, rows, stored, moments.all), before_db, after_db)


def _problem(layer: Layer, rows: Doubles, moments: SecondMoments) -> RowProblem:
    encoding = layer.encoding
    return RowProblem(
        moments.covariance,
        products(moments.cross, rows)[1],
        LARGEST_INTEGER[encoding.type],
        encoding.block_size or rows.shape[1],
        partial(storable_steps, encoding=encoding),
    )


def _damping(layer: Layer, rows: Doubles, prior: Rounded, moments: SplitMoments) -> float:
    if moments.learn is None or moments.check is None:
        return USUAL
    stride = -(-len(rows) // _MOST_ROWS) if len(moments.all.means) == 1 else 1
    some, steps = (np.ascontiguousarray(each[::stride]) for each in (rows, prior.steps))
    learn, check = (_problem(layer, some, each) for each in (moments.learn, moments.check))
    return best_damping(learn, check, some, steps)


def _sqnrs(
    problem: RowProblem, rows: Doubles, moments: SecondMoments, each: tuple[Rounded, Rounded]
) -> tuple[float, float]:
    signal = float(products(moments.float_covariance, rows)[0].sum())
    before, after = (max(signal + float(forms(problem, one).sum()), 0.0) for one in each)
    return ratio_db(signal, before), ratio_db(signal, after)


def _shift(layer: Layer, rows: Doubles, stored: StoredWeight, moments: SecondMoments) -> Doubles:
    """(outputs,): the mean error."""
    restored = layer.product.rows(stored.restored()).astype(np.float64)
    made = np.einsum("oi,oi->o", restored, _per_row(moments.means, rows))
    shift: Doubles = made - np.einsum("oi,oi->o", rows, _per_row(moments.float_means, rows))
    return shift


def _per_row(of_groups: Doubles, rows: Doubles) -> Doubles:
    """(groups, depth) as (rows, depth)."""
    return np.repeat(of_groups, len(rows) // len(of_groups), axis=0)


def _stored(
    layer: Layer, before: StoredWeight, weight: NDArray[Any], made: Rounded
) -> StoredWeight:
    integers = layer.product.weight(made.values.astype(np.int8), before.values.shape)
    scale = made.steps.astype(np.float32).reshape(before.scale.shape)
    stored = replace(before, values=np.ascontiguousarray(integers), scale=scale)
    return replace(stored, sqnr_db=ratio_db(*energies(weight, stored.restored())))

"""Thresholds on an evaluation, and whether it meets them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kernels.errors import RecipeError
from quant.evaluate import Evaluation, known

MIN_VALUE = "min_value"
MAX_VALUE = "max_value"
MAX_DROP = "max_drop"
MARGIN_DIGITS = 12


@dataclass(frozen=True)
class Threshold:
    """``kind`` is MIN_VALUE, MAX_VALUE (of a metric that is better lower) or MAX_DROP."""

    metric: str
    kind: str
    bound: float


@dataclass(frozen=True)
class Check:
    """One threshold: ``name`` says it in words; ``margin`` is how far inside the value is."""

    name: str
    value: float
    margin: float

    @property
    def passed(self) -> bool:
        """Whether the value meets the threshold; NaN meets none."""
        return self.margin >= 0


def check_thresholds(evaluation: Evaluation, thresholds: Sequence[Threshold]) -> tuple[Check, ...]:
    """The checks of the thresholds, in order.

    Raises RecipeError where there is none, for a metric that is not measured, where MIN_VALUE
    is asked of a metric that is better lower or MAX_VALUE of one that is better higher, or
    MAX_DROP of one with no float value.
    """
    if not thresholds:
        raise RecipeError("no threshold is set.", "Set min_value, max_value or max_drop.")
    return tuple(_check(evaluation, threshold) for threshold in thresholds)


def _check(evaluation: Evaluation, threshold: Threshold) -> Check:
    metric, bound = threshold.metric, threshold.bound
    if metric not in evaluation.scores:
        raise RecipeError(
            f"{threshold.kind} = {bound} is asked of '{metric}', which was not measured.",
            f"Measure it, or choose one of {sorted(evaluation.scores)}.",
        )
    if threshold.kind == MAX_DROP:
        return _drop_check(evaluation, metric, bound)
    higher = known(metric).higher_is_better
    if higher != (threshold.kind == MIN_VALUE):
        raise RecipeError(
            f"{threshold.kind} = {bound} is asked of '{metric}', which is better "
            f"{'higher' if higher else 'lower'}.",
            f"Use {MIN_VALUE if higher else MAX_VALUE}, or max_drop: how much worse than float.",
        )
    value = evaluation.scores[metric].value
    if higher:
        return Check(f"{metric} >= {bound:g}", value, _margin(value - bound))
    return Check(f"{metric} <= {bound:g}", value, _margin(bound - value))


def _margin(difference: float) -> float:
    """A drop of 6 in 600 samples is one of 0.01, whatever the floats say."""
    return round(difference, MARGIN_DIGITS) + 0.0  # no negative zero


def _drop_check(evaluation: Evaluation, metric: str, bound: float) -> Check:
    drop = evaluation.scores[metric].drop
    if drop is None:
        raise RecipeError(
            f"max_drop = {bound} is asked of '{metric}', which has no float value.",
            "Give the float model and a metric that compares with labels, or use min_value.",
        )
    return Check(f"{metric} drop <= {bound:g}", drop, _margin(bound - drop))

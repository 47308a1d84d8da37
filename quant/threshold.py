"""Thresholds on an evaluation, and whether it meets them."""

from __future__ import annotations

from dataclasses import dataclass

from kernels.errors import RecipeError
from quant.evaluate import Evaluation
from quant.metrics import METRICS


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


def check_thresholds(
    evaluation: Evaluation, min_value: float | None = None, max_drop: float | None = None
) -> tuple[Check, ...]:
    """The checks asked for, in the order value, drop.

    Raises RecipeError where nothing is asked for, where ``min_value`` is asked of a metric
    that is better when lower, or ``max_drop`` of one with no float value.
    """
    checks = []
    if min_value is not None:
        checks.append(_value_check(evaluation, min_value))
    if max_drop is not None:
        checks.append(_drop_check(evaluation, max_drop))
    if not checks:
        raise RecipeError("no threshold is set.", "Set min_value, max_drop, or both.")
    return tuple(checks)


def _value_check(evaluation: Evaluation, min_value: float) -> Check:
    if not METRICS[evaluation.metric].higher_is_better:
        raise RecipeError(
            f"min_value = {min_value} is asked of '{evaluation.metric}', which is better lower.",
            "Use max_drop: how much it may grow over the float model's.",
        )
    name = f"{evaluation.metric} >= {min_value:g}"
    return Check(name, evaluation.value, evaluation.value - min_value)


def _drop_check(evaluation: Evaluation, max_drop: float) -> Check:
    if evaluation.drop is None:
        raise RecipeError(
            f"max_drop = {max_drop} is asked of '{evaluation.metric}', which has no float value.",
            "Give the float model and a metric that compares with labels, or use min_value.",
        )
    return Check(
        f"{evaluation.metric} drop <= {max_drop:g}", evaluation.drop, max_drop - evaluation.drop
    )

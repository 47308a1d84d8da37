"""Thresholds as options of a command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from kernels.errors import RecipeError
from quant.evaluate import Evaluation
from quant.threshold import MAX_DROP, MAX_VALUE, MIN_VALUE, Threshold

KINDS = (MIN_VALUE, MAX_VALUE, MAX_DROP)

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--min-value", multiple=True, help="METRIC=NUMBER: it must reach this."),
    click.option("--max-value", multiple=True, help="METRIC=NUMBER: it must not be above this."),
    click.option("--max-drop", multiple=True, help="METRIC=NUMBER: so much worse it may be."),
)


def threshold_options(command: Command) -> Command:
    """Adds ``--min-value`` and its like to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def given_thresholds(options: Mapping[str, Any], evaluation: Evaluation) -> list[Threshold]:
    """The thresholds that the options name; of two of a kind for a metric the last counts.

    Raises RecipeError for one that has no number.
    """
    found = {}
    for kind in KINDS:
        for text in options[kind]:
            metric, number = _parsed(text, evaluation)
            found[kind, metric] = Threshold(metric, kind, number)
    return list(found.values())


def _parsed(text: str, evaluation: Evaluation) -> tuple[str, float]:
    metric, _, number = text.rpartition("=")
    if not metric and len(evaluation.scores) == 1:
        (metric,) = evaluation.scores
    try:
        return metric, float(number)
    except ValueError as error:
        raise RecipeError(
            f"threshold '{text}' has no number.", "Write a threshold as top1=0.90."
        ) from error

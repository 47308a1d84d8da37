"""Runs the search for the smallest model within an accuracy budget on evaluation data."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.errors import DataError
from kernels.interpreter import Interpreter
from kernels.model import Model
from kernels.parallel import processors
from quant.accuracy_budget import Search, find_smallest
from quant.evaluation_data import EvaluationData
from quant.latency import estimated_ms
from quant.metrics import LABELS, METRICS
from quant.plan import plan_model
from quant.recipe import Recipe
from quant.sample_outputs import sample_outputs
from quant.sensitivity import Make, measure_sensitivity

Array = NDArray[Any]

SENSITIVITY_SAMPLES = 16
"""On which each weight alone is tried; the metric is always measured on all samples."""


def search_budget(model: Model, recipe: Recipe, data: EvaluationData, make: Make) -> Search:
    """The smallest mix of precisions with which the recipe's metric, measured on ``data`` with
    our own runtime, drops by no more than ``accuracy_budget``.

    Raises RecipeError for an unknown output and DataError where the metric wants labels that the
    data has not.
    """
    metric = METRICS[recipe.metric]
    if metric.expected == LABELS and data.labels is None:
        raise DataError(
            f"metric '{recipe.metric}' compares with labels, and the data has none.",
            "Give labels, or metric = agreement, which compares with the float model.",
        )
    few = _thinned(data, SENSITIVITY_SAMPLES)
    reference = _outputs(model, recipe, data)
    expected = reference if data.labels is None or metric.expected != LABELS else data.labels
    float_value = metric.score(reference, expected)
    sensitivities = measure_sensitivity(
        model, recipe, make, lambda each: _outputs(each, recipe, few)
    )
    return find_smallest(
        recipe,
        sensitivities,
        make,
        lambda each: metric.drop(float_value, metric.score(_outputs(each, recipe, data), expected)),
        lambda each: estimated_ms(model, plan_model(model, each)),
    )


def _outputs(model: Model, recipe: Recipe, data: EvaluationData) -> Array:
    interpreter = Interpreter(model, num_threads=processors())
    return sample_outputs(interpreter, data, recipe.metric_output)


def _thinned(data: EvaluationData, count: int) -> EvaluationData:
    """At most so many samples, evenly taken: neighbours are often of one class."""
    chosen = [i * data.samples // count for i in range(count)] if data.samples > count else []
    if not chosen:
        return data
    inputs = {
        name: np.concatenate([rows[i : i + 1] for i in chosen])
        for name, rows in data.inputs.items()
    }
    labels = None if data.labels is None else data.labels[chosen]
    return EvaluationData(inputs, labels)

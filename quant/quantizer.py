"""The whole quantizer: a float model and a recipe in; the quantized model and its account out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kernels.errors import DataError, RecipeError
from kernels.model import Model
from kernels.parallel import processors
from quant.apply import Weights, quantize_weights, rewrite
from quant.bias_correction import correct_biases
from quant.captured_constants import sink_captured_constants
from quant.equalization import equalize
from quant.evaluation_data import EvaluationData
from quant.names import strip_names
from quant.plan import Plan, plan_model
from quant.recipe import Recipe
from quant.report import Report, make_report
from quant.rounding import WITH_DATA
from quant.spill import open_spill

if TYPE_CHECKING:
    from quant.accuracy_budget import Search
    from quant.input_means import Means
    from quant.representative_data import Source

    Measure = Callable[[Model], Means]

BIAS_SAMPLES = 100
"""On which the means of layers' inputs are measured, at most."""
ROUNDING_SAMPLES = 128
"""That rounding with data learns from, at most: they are run twice for each layer or so."""

Learn = Callable[[Model, Plan, Weights], tuple[Model, Plan, Weights]]


@dataclass(frozen=True)
class Result:
    """``plan`` says what became of every constant and why, ``report`` how exact it is.

    The plan is of the model after ``sink_captured_constants``, which is the model itself unless a
    WHILE or IF hands weights on. The report's file sizes are for whoever writes the files.
    ``search`` is what the search within an accuracy budget found, if the recipe has one.
    """

    model: Model
    plan: Plan
    report: Report
    search: Search | None = None


def quantize(
    model: Model,
    recipe: Recipe | None = None,
    data: Source | None = None,
    folder: Path | None = None,
) -> Result:
    """Quantizes a float model as the recipe (None: the default one) says.

    ``data`` are representative samples, in any form that ``representative_data`` takes; a recipe
    with an accuracy budget measures on them, and needs what ``read_samples`` gives.
    With ``folder``, quantized weights wait there, in a file without a name, until they are written:
    neither the float weights, if they are mapped, nor the quantized ones need fit in memory.

    Raises RecipeError where the recipe does not fit the model, DataError where it needs data that
    is not given, and WeightError where a weight that is to be quantized has a NaN or Inf.
    """
    recipe = recipe or Recipe()
    model = sink_captured_constants(model)
    means_of = _measuring(data) if data is not None and recipe.bias_correction else None
    if recipe.accuracy_budget is not None:
        return _within_budget(model, recipe, data, means_of, folder)
    learn = _learning(recipe.rounding, data) if recipe.rounding in WITH_DATA else None
    return _quantized(model, recipe, means_of, folder, learn)


def _quantized(
    model: Model,
    recipe: Recipe,
    means_of: Measure | None,
    folder: Path | None = None,
    learn: Learn | None = None,
) -> Result:
    """``means_of``: a float model's, if biases are to be corrected; ``learn``: the rounding and
    the biases for it, if it needs data."""
    plan = plan_model(model, recipe)
    if recipe.equalization:
        model, plan = equalize(model, plan)
    spill = None if folder is None else open_spill(folder, sum(map(len, model.buffers)))
    weights = quantize_weights(model, plan, spill, recipe.clipping, recipe.rounding)
    if learn is not None:
        model, plan, weights = learn(model, plan, weights)
    elif means_of is not None:
        model, plan = correct_biases(model, plan, weights, means_of(model))
    made = rewrite(model, plan, weights, spill)
    made = strip_names(made) if recipe.strip_names else made
    return Result(made, plan, make_report(model, plan, weights))


def _measuring(data: Source) -> Measure:
    """What measures the means of a model's layers on the data; the same model's once."""
    from quant.input_means import input_means  # imports the runtime
    from quant.representative_data import representative_data

    latest: list[tuple[Model, Means]] = []

    def means_of(model: Model) -> Means:
        if not latest or latest[-1][0] is not model:
            samples = representative_data(data, model, limit=BIAS_SAMPLES)
            latest[:] = [(model, input_means(model, samples, num_threads=processors()))]
        return latest[-1][1]

    return means_of


def _learning(rounding: str, data: Source | None) -> Learn:
    if data is None:
        raise DataError(
            f"rounding = {rounding} is set, but there is no data.",
            "Give representative samples, a hundred or so.",
        )
    from quant.representative_data import representative_data
    from quant.sequential_rounding import round_with_data  # imports the runtime

    def learn(model: Model, plan: Plan, weights: Weights) -> tuple[Model, Plan, Weights]:
        samples = representative_data(data, model, limit=ROUNDING_SAMPLES)
        return round_with_data(model, plan, weights, samples, rounding)

    return learn


def _within_budget(
    model: Model,
    recipe: Recipe,
    data: Source | None,
    means_of: Measure | None,
    folder: Path | None,
) -> Result:
    """The smallest model within the recipe's accuracy budget."""
    if recipe.rounding in WITH_DATA:
        raise RecipeError(
            f"accuracy_budget = {recipe.accuracy_budget} and rounding = {recipe.rounding} are set, "
            "but the search makes hundreds of models, and this rounding takes minutes for each.",
            "Search without it, and set it in the recipe that is found.",
        )
    if not isinstance(data, EvaluationData):
        raise DataError(
            f"accuracy_budget = {recipe.accuracy_budget} is set, but there is no evaluation data.",
            "Give samples, and labels if the metric compares with them, as read_samples does.",
        )
    from quant.budget_search import search_budget  # imports the runtime

    search = search_budget(
        model, recipe, data, lambda each: _quantized(model, each, means_of).model
    )
    return replace(_quantized(model, search.recipe, means_of, folder), search=search)

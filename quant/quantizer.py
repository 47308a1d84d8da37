"""The whole quantizer: a float model and a recipe in; the quantized model and its account out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kernels.errors import DataError, RecipeError
from kernels.model import Model
from quant.apply import Weights, quantize_weights, rewrite
from quant.bias_correction import correct_biases
from quant.captured_constants import sink_captured_constants
from quant.equalization import equalize
from quant.evaluation_data import EvaluationData
from quant.measures import Measures, measures_on
from quant.names import strip_names
from quant.plan import Plan, plan_model
from quant.recipe import Recipe
from quant.report import Report, make_report
from quant.rounding import WITH_DATA
from quant.spill import Spill, open_spill

if TYPE_CHECKING:
    from quant.accuracy_budget import Search
    from quant.integer.plan import IntegerPlan
    from quant.representative_data import Source


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

    def _repr_html_(self) -> str:
        from quant.notebook import result_html  # only notebooks ask for it

        return result_html(self)


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
    if recipe.accuracy_budget is not None:
        return _within_budget(model, recipe, data, folder)
    return _quantized(model, recipe, measures_on(data, recipe), folder)


def _quantized(
    model: Model, recipe: Recipe, measures: Measures, folder: Path | None = None
) -> Result:
    integer = _integer_plan(model, recipe, measures)
    plan = plan_model(model, recipe, integer)
    if recipe.equalization:
        model, plan = equalize(model, plan)
        integer = _integer_plan(model, recipe, measures)
        if integer is not None:
            plan = replace(plan, activations=integer.activations)
    spill = None if folder is None else open_spill(folder, sum(map(len, model.buffers)))
    weights = quantize_weights(model, plan, spill, recipe.clipping, recipe.rounding)
    if measures.learn is not None:
        model, plan, weights = measures.learn(model, plan, weights)
    elif measures.means_of is not None:
        model, plan = correct_biases(model, plan, weights, measures.means_of(model))
    made = rewrite(model, plan, weights, spill)
    if integer is not None:
        made, weights = _with_integers(integer, model, made, weights, spill)
    made = strip_names(made) if recipe.strip_names else made
    return Result(made, plan, make_report(model, plan, weights))


def _integer_plan(model: Model, recipe: Recipe, measures: Measures) -> IntegerPlan | None:
    """Which operators compute with integers, if the recipe wants any."""
    if recipe.integer_scheme is None:
        return None
    from quant.integer.plan import plan_integer  # imports the runtime

    return plan_integer(model, recipe, measures.ranges_of(model))


def _with_integers(
    integer: IntegerPlan, model: Model, made: Model, weights: Weights, spill: Spill | None
) -> tuple[Model, Weights]:
    """The model with its integer operators, and all that is stored, by buffer of ``model``."""
    from quant.integer.quantization import carried_out  # imports the runtime

    made, operands = carried_out(integer, made, weights, spill)
    stored = dict(weights)
    for (s, tensor), operand in operands.items():
        if tensor < len(model.subgraphs[s].tensors):
            stored[model.subgraphs[s].tensors[tensor].buffer] = operand
    return made, stored


def _within_budget(
    model: Model,
    recipe: Recipe,
    data: Source | None,
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

    measures = measures_on(data, recipe)
    search = search_budget(
        model, recipe, data, lambda each: _quantized(model, each, measures).model
    )
    return replace(_quantized(model, search.recipe, measures, folder), search=search)

"""The whole quantizer: a float model and a recipe in; the quantized model and its account out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kernels.model import Model
from quant.apply import quantize_weights, rewrite
from quant.captured_constants import sink_captured_constants
from quant.plan import Plan, plan_model
from quant.recipe import Recipe
from quant.report import Report, make_report
from quant.spill import open_spill


@dataclass(frozen=True)
class Result:
    """``plan`` says what became of every constant and why, ``report`` how exact it is.

    The plan is of the model after ``sink_captured_constants``, which is the model itself unless a
    WHILE or IF hands weights on. The report's file sizes are for whoever writes the files.
    """

    model: Model
    plan: Plan
    report: Report


def quantize(model: Model, recipe: Recipe | None = None, folder: Path | None = None) -> Result:
    """Quantizes a float model as the recipe (None: the default one) says.

    With ``folder``, quantized weights wait there, in a file without a name, until they are written:
    neither the float weights, if they are mapped, nor the quantized ones need fit in memory.

    Raises RecipeError where the recipe does not fit the model, and WeightError where a weight
    that is to be quantized has a NaN or Inf.
    """
    model = sink_captured_constants(model)
    recipe = recipe or Recipe()
    plan = plan_model(model, recipe)
    spill = None if folder is None else open_spill(folder, sum(map(len, model.buffers)))
    weights = quantize_weights(model, plan, spill, recipe.clipping)
    return Result(rewrite(model, plan, weights, spill), plan, make_report(model, plan, weights))

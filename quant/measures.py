"""What data says of a model: ranges of activations, means of layers' inputs, roundings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from kernels.errors import DataError
from kernels.model import Model
from kernels.parallel import processors
from quant.apply import Weights
from quant.plan import Plan
from quant.recipe import Recipe
from quant.rounding import WITH_DATA

if TYPE_CHECKING:
    from quant.input_means import Means
    from quant.ranges import Ranges
    from quant.representative_data import Source

BIAS_SAMPLES = 100
"""On which the means of layers' inputs are measured, at most."""
ROUNDING_SAMPLES = 128
"""That rounding with data learns from, at most: they are run twice for each layer or so."""

Measured = TypeVar("Measured")
Learn = Callable[[Model, Plan, Weights], tuple[Model, Plan, Weights]]


@dataclass(frozen=True)
class Measures:
    """``ranges_of`` a model's activations, for recipes with integer ones; ``means_of`` its layers'
    inputs, if biases are to be corrected; ``learn``: the rounding and the biases for it, if it
    needs data. What was measured last is not measured anew for the same model."""

    ranges_of: Callable[[Model], Ranges]
    means_of: Callable[[Model], Means] | None
    learn: Learn | None


def measures_on(data: Source | None, recipe: Recipe) -> Measures:
    """What a recipe asks of data. Raises DataError where its rounding has none."""
    has_means = data is not None and recipe.bias_correction
    return Measures(
        ranges_of=_latest(_ranges(data, recipe)),
        means_of=_latest(_means(data)) if data is not None and has_means else None,
        learn=_learning(recipe.rounding, data) if recipe.rounding in WITH_DATA else None,
    )


def _latest(measure: Callable[[Model], Measured]) -> Callable[[Model], Measured]:
    latest: list[tuple[Model, Measured]] = []

    def known(model: Model) -> Measured:
        if not latest or latest[-1][0] is not model:
            latest[:] = [(model, measure(model))]
        return latest[-1][1]

    return known


def _ranges(data: Source | None, recipe: Recipe) -> Callable[[Model], Ranges]:
    def ranges_of(model: Model) -> Ranges:
        from quant.integer.quantization import observed_ranges  # imports the runtime

        return observed_ranges(model, recipe, data)

    return ranges_of


def _means(data: Source) -> Callable[[Model], Means]:
    def means_of(model: Model) -> Means:
        from quant.input_means import input_means  # imports the runtime
        from quant.representative_data import representative_data

        samples = representative_data(data, model, limit=BIAS_SAMPLES)
        return input_means(model, samples, num_threads=processors())

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

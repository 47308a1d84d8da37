"""Full-integer quantization of a model: ranges from data, and a plan carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kernels.constant import constant
from kernels.errors import DataError
from kernels.model import Model
from kernels.parallel import processors
from quant.apply import Weights
from quant.calibration import calibrate
from quant.integer.forms import choose_forms
from quant.integer.graph import Graph
from quant.integer.plan import IntegerPlan
from quant.integer.rewrite import rewrite_integer
from quant.integer.scales import choose_scales
from quant.integer.scheme import Place
from quant.ranges import Ranges
from quant.recipe import Recipe
from quant.representative_data import Source, representative_data
from quant.scheme import SCHEMES
from quant.spill import Spill
from quant.weights import Encoding, StoredWeight, store_weight


def observed_ranges(model: Model, recipe: Recipe, data: Source | None) -> Ranges:
    """The ranges of the model's activations on representative data.

    Raises DataError where there is none, or where it does not fit the model.
    """
    name = recipe.integer_scheme
    assert name is not None
    if data is None:
        raise DataError(
            f"scheme {name} needs the ranges of activations, and there is no data.",
            "Give representative samples, some 100 inputs as the model will see them.",
        )
    element_type = SCHEMES[name].activation
    assert element_type is not None
    samples = representative_data(data, model)
    return calibrate(model, samples, recipe.observer, element_type, num_threads=processors())


def carried_out(
    plan: IntegerPlan, model: Model, weights: Weights, spill: Spill | None = None
) -> tuple[Model, Mapping[Place, StoredWeight]]:
    """``rewrite_integer`` of ``model``: the plan's, in which operators that stay float have
    other weights by now. Its tensors have kept their places, its operators and buffers have not.

    ``weights``: by buffer of the plan's model; one that is not there is rounded to nearest.
    """
    forms = choose_forms(model, plan.scheme)
    scales = choose_scales(model, plan.scheme, forms)

    def store(graph: Graph, tensor: int, axis: int | None) -> StoredWeight:
        before = plan.model.subgraphs[graph.index].tensors
        known = weights.get(before[tensor].buffer) if tensor < len(before) else None
        if known is not None and known.encoding == Encoding("INT8", axis):
            return known
        of = graph.subgraph.tensors[tensor]
        values = constant(model, of)
        assert values is not None
        return store_weight(values, Encoding("INT8", axis), of.name)

    current = replace(plan, model=model, forms=forms, scales=scales)
    return rewrite_integer(current, store, spill)

"""Plans and weights as a recipe has them."""

from __future__ import annotations

from typing import Any

from kernels.model import Model
from quant.apply import Weights, quantize_weights
from quant.plan import Plan, plan_model
from quant.recipe import Recipe


def stored(model: Model, **recipe: Any) -> tuple[Plan, Weights]:
    """int4 unless the recipe says otherwise, rounded to nearest."""
    plan = plan_model(model, Recipe(**{"scheme": "int4", "min_elements": 1, **recipe}))
    return plan, quantize_weights(model, plan)

"""The quantizer: SavedModel -> float model -> recipe -> plan -> quantized model -> report.

The names below are imported when they are first used: ``import quant`` costs nothing.
``quant.quantize(model, recipe, data)`` is the quantizer itself.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quant.apply import apply_plan
    from quant.compatible_options import OpsSet, Optimize
    from quant.converter import TFLiteConverter
    from quant.evaluation_data import EvaluationData
    from quant.plan import Plan, plan_model
    from quant.quantizer import Result, quantize
    from quant.recipe import Recipe, Rule
    from quant.report import Report
    from quant.samples import read_samples
    from quant.saved_model import convert_saved_model

__all__ = [
    "EvaluationData",
    "OpsSet",
    "Optimize",
    "Plan",
    "Recipe",
    "Report",
    "Result",
    "Rule",
    "TFLiteConverter",
    "apply_plan",
    "convert_saved_model",
    "plan_model",
    "quantize",
    "read_samples",
]

_HOMES = {
    "EvaluationData": "quant.evaluation_data",
    "OpsSet": "quant.compatible_options",
    "Optimize": "quant.compatible_options",
    "Plan": "quant.plan",
    "Recipe": "quant.recipe",
    "Report": "quant.report",
    "Result": "quant.quantizer",
    "Rule": "quant.recipe",
    "TFLiteConverter": "quant.converter",
    "apply_plan": "quant.apply",
    "convert_saved_model": "quant.saved_model",
    "plan_model": "quant.plan",
    "quantize": "quant.quantizer",
    "read_samples": "quant.samples",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)

"""What each scheme alone does to each weight, for ``tflq sensitivity --by-scheme``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.interpreter import Interpreter
from kernels.model import Model
from quant.observed_runs import Sample
from quant.quantizer import quantize
from quant.recipe import Recipe
from quant.rounding import WITH_DATA
from quant.sensitivity import measure_sensitivity
from quant.weight_error import MOST_DB


def scheme_options(
    model: Model, recipe: Recipe, runs: Sequence[Sample], threads: int = 1
) -> dict[tuple[int, str], tuple[dict[str, Any], ...]]:
    """(subgraph, name) of each weight -> its options: ``scheme``, the file's bytes ``saved`` and
    the outputs' ``sqnr_db``, by the kernels that the scheme has at run time.

    Rounding that needs data is ``auto`` here.
    """
    if recipe.rounding in WITH_DATA:
        recipe = replace(recipe, rounding="auto")

    def outputs(made: Model) -> NDArray[Any]:
        return _outputs(Interpreter(made, num_threads=threads), runs)

    found = measure_sensitivity(model, recipe, lambda each: quantize(model, each).model, outputs)
    return {
        tensor: tuple(
            {
                "scheme": option.scheme,
                "saved": option.saved,
                "sqnr_db": max(-MOST_DB, min(MOST_DB, option.sqnr_db)),
            }
            for option in each.options[1:]
        )
        for each in found
        for tensor in each.unit.tensors
    }


def _outputs(interpreter: Interpreter, runs: Sequence[Sample]) -> NDArray[Any]:
    """All float outputs of all runs, one after the other."""
    parts = []
    for sample in runs:
        interpreter.reset()
        made = interpreter.invoke(None, **sample)
        parts += [value.reshape(-1) for _, value in sorted(made.items()) if value.dtype.kind == "f"]
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)

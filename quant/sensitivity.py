"""How much each weight matters: what its quantization alone does to the model's outputs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from numpy.typing import NDArray

from kernels.int8 import is_bias
from kernels.model import Model
from kernels.tflite.writer import encode_model
from quant.captured_constants import sink_captured_constants
from quant.plan import plan_model
from quant.recipe import Recipe
from quant.scheme import DYNAMIC_RANGE, FLOAT, FLOAT16, INT4, SCHEMES
from quant.sqnr import energies, ratio_db
from quant.unit import Unit, units

Array = NDArray[Any]
Outputs = Callable[[Model], Array]
"""What a model makes of the samples: (N, ...)."""
Make = Callable[[Recipe], Model]
"""The model that a recipe makes of the float model."""


@dataclass(frozen=True)
class Option:
    """A unit under one scheme while all else is float: ``saved`` file bytes, and ``noise``, the
    energy of the outputs' error over that of the outputs."""

    scheme: str
    saved: int
    noise: float

    @property
    def sqnr_db(self) -> float:
        """Of the outputs, in dB."""
        return ratio_db(1.0, self.noise)


@dataclass(frozen=True)
class Sensitivity:
    """A unit and what each scheme does to it; the first option is float: nothing."""

    unit: Unit
    options: tuple[Option, ...]

    def to_json(self) -> str:
        """One JSON object."""
        return json.dumps(asdict(self))


def measure_sensitivity(
    model: Model, recipe: Recipe, make: Make, outputs: Outputs
) -> tuple[Sensitivity, ...]:
    """Of every weight that the recipe's schemes can change, one at a time, in file order.

    A weight that the recipe's own rules name keeps their scheme in all mixes and is left out.
    """
    base = replace(recipe, scheme=FLOAT, min_elements=0, accuracy_budget=None)
    plain = make(base)
    reference, size = outputs(plain), encode_model(plain).size
    found: dict[Unit, list[Option]] = {}
    for scheme in ladder(recipe):
        for unit in _changed(model, replace(base, scheme=scheme), scheme):
            alone = make(replace(base, rules=(*recipe.rules, *unit.rules(scheme))))
            signal, noise = energies(reference, outputs(alone))
            saved = size - encode_model(alone).size
            share = noise / signal if signal else float(noise > 0)
            found.setdefault(unit, [Option(FLOAT, 0, 0.0)]).append(Option(scheme, saved, share))
    return tuple(Sensitivity(unit, tuple(options)) for unit, options in found.items())


def ladder(recipe: Recipe) -> Iterator[str]:
    """The schemes among which a weight's is chosen, the most exact first."""
    int8 = recipe.scheme if SCHEMES[recipe.scheme].weight == "INT8" else DYNAMIC_RANGE
    for scheme in (FLOAT16, int8, INT4):
        if recipe.target_runtime in SCHEMES[scheme].targets:
            yield scheme


def _changed(model: Model, recipe: Recipe, scheme: str) -> Sequence[Unit]:
    """The units that get this scheme, by no rule, and not its fallback; biases, which are float32
    wherever a kernel is hybrid, are none."""
    model = sink_captured_constants(model)
    ruled = {
        (entry.subgraph, entry.tensor)
        for entry in plan_model(model, replace(recipe, scheme=FLOAT)).constants
        if entry.is_quantized
    }
    plan = plan_model(model, recipe)
    own = tuple(
        entry
        for entry in plan.constants
        if entry.scheme == scheme
        and (entry.subgraph, entry.tensor) not in ruled
        and not any(is_bias(reader.name, reader.operand) for reader in entry.consumers)
    )
    return units(replace(plan, constants=own))

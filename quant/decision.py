"""What becomes of each constant and why: the reasoning behind a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kernels.int8 import DEQUANTIZE, PASS_THROUGH
from kernels.model import Model
from quant.constants import Constant, elements
from quant.delivery import deliver
from quant.granularity import Granularity, Place, granularity
from quant.group import Candidate, Group, groups
from quant.obstacle import obstacle
from quant.recipe import DYNAMIC_RANGE, FLOAT, Recipe
from quant.selection import select

SCALE_BYTES = 4 + 8
"""A float32 scale and an int64 zero point: without vectors that the writer stores once."""
QUANTIZATION_BYTES = 96
"""A tensor's quantization table, its vtable and vector lengths, padding: at most."""
DEQUANTIZE_BYTES = 128
"""A DEQUANTIZE, its operator code and its output tensor: at most."""


@dataclass(frozen=True)
class Decision:
    """``scheme`` of a constant with the reason in words; ``axes`` and ``deliveries`` (one per
    use) are those of ``Granularity`` where it is quantized, else there are none."""

    scheme: str
    reason: str
    axes: Mapping[Place, int | None] = field(default_factory=dict)
    deliveries: tuple[str, ...] = ()


def decide(model: Model, constants: tuple[Constant, ...], recipe: Recipe) -> Mapping[int, Decision]:
    """Buffer -> decision, for every constant. Raises RecipeError as ``select`` does."""
    choices = select(model, constants, recipe)
    decisions: dict[int, Decision] = {}
    candidates: dict[int, Candidate] = {}
    for constant in constants:
        deliveries = tuple(deliver(model, use, recipe.target_runtime) for use in constant.uses)
        reason = obstacle(model, constant, deliveries, choices)
        if reason:
            decisions[constant.buffer] = Decision(FLOAT, reason)
        else:
            chosen = granularity(model, constant, deliveries, recipe.target_runtime)
            candidates[constant.buffer] = Candidate(
                constant, chosen, *_sizes(model, constant, chosen)
            )
    total = sum(len(model.buffers[constant.buffer]) for constant in constants)
    for group in groups(model, candidates):
        for member in group.members:
            decisions[member.constant.buffer] = _in_group(member, group, recipe, total)
    return decisions


def _sizes(model: Model, constant: Constant, chosen: Granularity) -> tuple[int, int]:
    """The constant's elements, and the file bytes that int8 saves at least."""
    s, t = constant.tensors[0]
    count = elements(model.subgraphs[s].tensors[t])
    cost = count + chosen.channels * SCALE_BYTES + len(constant.tensors) * QUANTIZATION_BYTES
    cost += _dequantizes(constant, chosen) * DEQUANTIZE_BYTES
    return count, len(model.buffers[constant.buffer]) - cost


def _dequantizes(constant: Constant, chosen: Granularity) -> int:
    """How many new DEQUANTIZE operators it takes."""
    uses = list(zip(constant.uses, chosen.deliveries, strict=True))
    weights = {(u.subgraph, u.tensor) for u, delivery in uses if delivery.how == DEQUANTIZE}
    return len(weights) + sum(delivery.how == PASS_THROUGH for _, delivery in uses)


def _in_group(member: Candidate, group: Group, recipe: Recipe, total: int) -> Decision:
    """What becomes of one member, for which the size of the whole group counts."""
    count, saved = group.elements, group.saved
    is_small = count < recipe.min_elements
    if group.blocked:
        return Decision(FLOAT, f"kept float: {group.blocked}")
    if saved <= 0:
        return Decision(FLOAT, "kept float: as int8 with its scales it would not be smaller")
    if is_small and saved < recipe.min_saving * total:
        reason = f"kept float: {count} elements < {recipe.min_elements}"
        return Decision(FLOAT, f"{reason}; int8 would save {_percent(saved, total)}")
    reason = _stored(member)
    if is_small:
        reason += f"; {count} elements, but int8 saves {_percent(saved, total)}"
    how = tuple(delivery.how for delivery in member.granularity.deliveries)
    return Decision(DYNAMIC_RANGE, reason, member.granularity.axes, how)


def _percent(saved: int, total: int) -> str:
    return f"{100 * saved / total:.2g} % of the model's constant bytes"


def _stored(member: Candidate) -> str:
    """How the constant is stored and delivered, in words."""
    chosen = member.granularity
    axes = sorted({axis for axis in chosen.axes.values() if axis is not None})
    scales = f"per-channel axis {axes[0]}" if axes else "per-tensor"
    if chosen.reason:
        scales += f" ({chosen.reason})"
    fed = {d.reason for d in chosen.deliveries if d.how == DEQUANTIZE}
    if not fed:
        return f"quantized int8 {scales}"
    return f"stored int8 {scales}, dequantized at load: {', '.join(sorted(fed))}"

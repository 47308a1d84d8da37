"""What becomes of each constant and why: the reasoning behind a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kernels.int8 import DEQUANTIZE
from kernels.model import Model
from quant.constants import Constant
from quant.delivery import deliver
from quant.granularity import Place, granularity
from quant.group import Candidate, Group, groups
from quant.obstacle import obstacle
from quant.recipe import DYNAMIC_RANGE, FLOAT, Recipe
from quant.selection import select


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
                constant, chosen, len(model.buffers[constant.buffer])
            )
    total = sum(len(model.buffers[constant.buffer]) for constant in constants)
    for group in groups(model, candidates):
        decisions |= _of_group(group, recipe, total)
    return decisions


def _of_group(group: Group, recipe: Recipe, total: int) -> Mapping[int, Decision]:
    """What becomes of the members, for which the size of the whole group counts."""
    is_small = group.elements < recipe.min_elements
    share = f"int8 saves {100 * group.saved / total:.2g} % of the model's constant bytes"
    kept = group.blocked
    if not kept and group.saved <= 0:
        kept = "as int8 with its scales it would not be smaller"
    if not kept and is_small and group.saved < recipe.min_saving * total:
        kept = f"{group.elements} elements < {recipe.min_elements}, and {share}"
    remark = f"{group.elements} elements, but {share}" if is_small else ""
    return {
        member.constant.buffer: Decision(FLOAT, f"kept float: {kept}")
        if kept
        else _quantized(member, remark)
        for member in group.members
    }


def _quantized(member: Candidate, remark: str) -> Decision:
    how = tuple(delivery.how for delivery in member.granularity.deliveries)
    reason = f"{_stored(member)}; {remark}" if remark else _stored(member)
    return Decision(DYNAMIC_RANGE, reason, member.granularity.axes, how)


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

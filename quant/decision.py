"""What becomes of each constant and why: the reasoning behind a plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kernels.int8 import DEQUANTIZE
from kernels.model import Model
from quant.constants import Constant, Use
from quant.delivery import deliver
from quant.granularity import Place, granularity
from quant.group import Candidate, Group, groups
from quant.obstacle import obstacle
from quant.recipe import Recipe
from quant.scheme import FLOAT, SCHEMES, Scheme
from quant.selection import Choice, select
from quant.weights import LARGEST_INTEGER, Encoding


@dataclass(frozen=True)
class Decision:
    """``scheme`` of a constant with the reason in words; ``encodings`` and ``deliveries`` (one
    per use) are those of ``Granularity`` where it changes, else there are none."""

    scheme: str
    reason: str
    encodings: Mapping[Place, Encoding] = field(default_factory=dict)
    deliveries: tuple[str, ...] = ()


def decide(model: Model, constants: tuple[Constant, ...], recipe: Recipe) -> Mapping[int, Decision]:
    """Buffer -> decision, for every constant. Raises RecipeError as ``select`` does."""
    choices = select(model, constants, recipe)
    decisions: dict[int, Decision] = {}
    candidates: dict[int, Candidate] = {}
    for constant in constants:
        found = _candidate(model, constant, recipe, choices)
        if isinstance(found, Decision):
            decisions[constant.buffer] = found
        else:
            candidates[constant.buffer] = found
    total = sum(len(model.buffers[constant.buffer]) for constant in constants)
    for group in groups(model, candidates):
        decisions |= _of_group(group, recipe, total)
    return decisions


def _candidate(
    model: Model, constant: Constant, recipe: Recipe, choices: Mapping[Use, Choice]
) -> Candidate | Decision:
    """The constant under the first of its schemes that every use takes, or why there is none."""
    reason = ""
    for scheme in _schemes(constant, recipe, choices):
        deliveries = tuple(
            deliver(model, use, recipe.target_runtime, scheme) for use in constant.uses
        )
        refused = obstacle(model, constant, deliveries, choices)
        if not refused:
            block_size = _block_size(constant, recipe, choices)
            chosen = granularity(
                model, constant, deliveries, recipe.target_runtime, scheme, block_size
            )
            size = len(model.buffers[constant.buffer])
            return Candidate(constant, chosen, size, scheme.name, _why(constant, choices))
        reason = reason or refused
    return Decision(FLOAT, reason)


def _schemes(constant: Constant, recipe: Recipe, choices: Mapping[Use, Choice]) -> Iterator[Scheme]:
    """The scheme that all uses have, of several that with the most bits; then its fallback."""
    names = {choices[use].scheme for use in constant.uses if use in choices} or {recipe.scheme}
    name: str | None = max(names, key=lambda each: (_BITS[SCHEMES[each].weight], each))
    while name is not None:
        yield SCHEMES[name]
        name = SCHEMES[name].fallback


_BITS: Mapping[str, int] = {"INT4": 4, "INT8": 8, "FLOAT16": 16, "FLOAT32": 32}


def _why(constant: Constant, choices: Mapping[Use, Choice]) -> str:
    """What the rule that decides says of itself, or nothing."""
    rules = [choices[use].rule for use in constant.uses if use in choices]
    return next((rule.why for rule in rules if rule is not None and rule.why is not None), "")


def _block_size(constant: Constant, recipe: Recipe, choices: Mapping[Use, Choice]) -> int:
    rules = [choices[use].rule for use in constant.uses if use in choices]
    given = [rule.block_size for rule in rules if rule is not None and rule.block_size is not None]
    return given[0] if given else recipe.block_size


def _of_group(group: Group, recipe: Recipe, total: int) -> Mapping[int, Decision]:
    """What becomes of the members, for which the size of the whole group counts."""
    kind = group.members[0].encoding.type
    is_small = kind in LARGEST_INTEGER and group.elements < recipe.min_elements
    named = kind.lower()
    share = f"{named} saves {100 * group.saved / total:.2g} % of the model's constant bytes"
    kept = group.blocked
    if not kept and group.saved <= 0:
        kept = f"as {named} with its tables it would not be smaller"
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
    reason = "; ".join(part for part in (_stored(member), remark, member.why) if part)
    return Decision(member.scheme, reason, member.granularity.encodings, how)


def _stored(member: Candidate) -> str:
    """How the constant is stored and delivered, in words."""
    chosen = member.granularity
    words = [member.encoding.type.lower(), *_scales(member)]
    if chosen.reason:
        words.append(f"({chosen.reason})")
    fed = {d.reason for d in chosen.deliveries if d.how == DEQUANTIZE}
    if not fed:
        return f"quantized {' '.join(words)}"
    return f"stored {' '.join(words)}, dequantized at load: {', '.join(sorted(fed))}"


def _scales(member: Candidate) -> list[str]:
    encoding = member.encoding
    if encoding.block_size:
        return [f"in blocks of {encoding.block_size}"]
    axes = {e.axis for e in member.granularity.encodings.values() if e.axis is not None}
    if axes:
        return [f"per-channel axis {min(axes)}"]
    return ["per-tensor"] if encoding.is_integer else []

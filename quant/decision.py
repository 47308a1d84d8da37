"""What becomes of each constant and why: the reasoning behind a plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from kernels.half import takes_half
from kernels.int8 import DEQUANTIZE, HYBRID
from kernels.model import Model
from quant.constants import Constant, Use, elements, operator_of, tensor_of
from quant.delivery import Delivery, deliver
from quant.granularity import Place, granularity
from quant.group import Candidate, Group, groups
from quant.half_precision import half, halved
from quant.hybrid_bias import hybrid_operators, hybrid_reader
from quant.hybrid_gain import OperatorPlace, slow_hybrids
from quant.obstacle import obstacle
from quant.recipe import Recipe
from quant.scheme import FLOAT, SCHEMES, Scheme
from quant.selection import Choice, select
from quant.weights import Encoding

INTEGER = "integer"
"""The delivery of a constant to an operator that computes with integers."""


@dataclass(frozen=True)
class Decision:
    """``scheme`` of a constant with the reason in words; ``encodings`` and ``deliveries`` (one
    per use) are those of ``Granularity`` where it changes, else there are none."""

    scheme: str
    reason: str
    encodings: Mapping[Place, Encoding] = field(default_factory=dict)
    deliveries: tuple[str, ...] = ()


def decide(
    model: Model,
    constants: tuple[Constant, ...],
    recipe: Recipe,
    taken: Mapping[int, Decision] = MappingProxyType({}),
) -> Mapping[int, Decision]:
    """Buffer -> decision, for every constant; ``taken``: those already decided on. Raises
    RecipeError as ``select`` does."""
    choices = select(model, constants, recipe)
    slow = slow_hybrids(model, recipe.target_runtime)
    decisions: dict[int, Decision] = dict(taken)
    candidates: dict[int, Candidate] = {}
    for constant in (each for each in constants if each.buffer not in taken):
        found = _candidate(model, constant, recipe, choices, slow)
        if isinstance(found, Decision):
            decisions[constant.buffer] = _no_weight(model, constant, recipe, choices, found)
        else:
            candidates[constant.buffer] = found
    total = sum(len(model.buffers[constant.buffer]) for constant in constants)
    for group in groups(model, candidates):
        is_large = group.elements >= recipe.min_elements and group.saved > 0
        halves = {} if is_large else halved(model, group, recipe.target_runtime)
        decisions |= _of_group(group, recipe, total, halves)
    return {**decisions, **_kept_biases(model, constants, decisions)}


def _kept_biases(
    model: Model, constants: tuple[Constant, ...], decisions: Mapping[int, Decision]
) -> Mapping[int, Decision]:
    """The biases that have to stay float32, as their operators' kernels are hybrid."""
    deliveries = {buffer: decision.deliveries for buffer, decision in decisions.items()}
    hybrid = hybrid_operators(constants, deliveries)
    readers = {
        each.buffer: hybrid_reader(model, each, deliveries.get(each.buffer, ()), hybrid)
        for each in constants
    }
    return {
        buffer: Decision(FLOAT, f"kept float: bias of {name}, which is hybrid and reads float32")
        for buffer, name in readers.items()
        if name
    }


def _candidate(
    model: Model,
    constant: Constant,
    recipe: Recipe,
    choices: Mapping[Use, Choice],
    slow: Mapping[OperatorPlace, str],
) -> Candidate | Decision:
    """The constant under the first of its schemes that every use takes, or why there is none."""
    reason, why = "", _why(constant, choices)
    for scheme in _schemes(constant, recipe, choices):
        deliveries = tuple(
            _delivered(model, use, recipe.target_runtime, scheme, slow) for use in constant.uses
        )
        refused = obstacle(model, constant, deliveries, choices)
        if not refused:
            block_size = _block_size(constant, recipe, choices)
            chosen = granularity(
                model, constant, deliveries, recipe.target_runtime, scheme, block_size
            )
            size = len(model.buffers[constant.buffer])
            return Candidate(constant, chosen, size, scheme.name, why)
        reason = reason or refused
    return Decision(FLOAT, reason)


def _no_weight(
    model: Model,
    constant: Constant,
    recipe: Recipe,
    choices: Mapping[Use, Choice],
    refused: Decision,
) -> Decision:
    """A large constant that no kernel takes as integers, as float16 where its operators may have
    that; else as it was decided."""
    operands = [(operator_of(model, use).name, use.operand) for use in constant.uses]
    schemes = [SCHEMES[choices[use].scheme] for use in constant.uses if use in choices]
    size = elements(tensor_of(model, constant.uses[0])) if operands else 0
    if size < max(1, recipe.min_elements) or not all(takes_half(*each) for each in operands):
        return refused
    deliveries = (Delivery(DEQUANTIZE),) * len(operands)
    if any(s.activation for s in schemes) or obstacle(model, constant, deliveries, choices):
        return refused
    chosen = half(model, constant, recipe.target_runtime)
    return refused if chosen is None else _half(chosen, refused.reason.removeprefix("kept float: "))


def _delivered(
    model: Model, use: Use, target: str, scheme: Scheme, slow: Mapping[OperatorPlace, str]
) -> Delivery:
    """As the target can, but by a DEQUANTIZE where int8 in a hybrid kernel gains nothing."""
    delivery = deliver(model, use, target, scheme)
    reason = slow.get((use.subgraph, use.operator))
    is_hybrid = delivery.how == HYBRID and scheme.weight == "INT8" and scheme.activation is None
    return Delivery(DEQUANTIZE, reason, delivery.axis) if is_hybrid and reason else delivery


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


def _of_group(
    group: Group, recipe: Recipe, total: int, halves: Mapping[int, Candidate]
) -> Mapping[int, Decision]:
    """What becomes of the members, for which the size of the whole group counts.

    ``halves``: those that may be float16 instead of integers, which then have to be smaller.
    """
    is_small = group.members[0].encoding.is_integer and group.elements < recipe.min_elements
    named = group.members[0].encoding.type.lower()
    more = group.saved - sum(half.saved for half in halves.values())
    share = f"{named} saves {100 * more / total:.2g} % of the model's constant bytes"
    share += " more than float16" if halves else ""
    kept = group.blocked
    if not kept and group.saved <= 0:
        kept = f"as {named} with its tables it would not be smaller"
    if not kept and is_small and more < recipe.min_saving * total:
        kept = f"{group.elements} elements < {recipe.min_elements}, and {share}"
    remark = f"{group.elements} elements, but {share}" if is_small else ""
    if not kept:
        return {m.constant.buffer: _quantized(m, remark) for m in group.members}
    return {
        buffer: _half(halves[buffer], kept)
        if buffer in halves
        else Decision(FLOAT, f"kept float: {kept}")
        for buffer in (m.constant.buffer for m in group.members)
    }


def _half(half: Candidate, reason: str) -> Decision:
    how = tuple(delivery.how for delivery in half.granularity.deliveries)
    reason = f"stored float16, dequantized at load: {reason}"
    return Decision(half.scheme, reason, half.granularity.encodings, how)


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

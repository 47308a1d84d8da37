"""How an operator gets a weight that is stored as int8, and why so."""

from __future__ import annotations

from dataclasses import dataclass

from kernels.int8 import DEQUANTIZE, FLOAT, HYBRID, INT8, Caution, Int8, Weight
from kernels.model import OPTIONAL_TENSOR, Model, Operator
from kernels.tflite.schema import OPTIONS, with_defaults
from quant.constants import Use, operator_of


@dataclass(frozen=True)
class Delivery:
    """``how`` is HYBRID, DEQUANTIZE, PASS_THROUGH, or FLOAT: not as int8.

    ``reason`` is in words, empty where nothing needs a reason. ``axis`` is the channel
    dimension that the operator wants, None for one scale; ``needs_axis``: it takes no other.
    """

    how: str
    reason: str = ""
    axis: int | None = None
    needs_axis: bool = False


def deliver(model: Model, use: Use, target: str) -> Delivery:
    """How the target runtime gives an int8 weight to one operand of one operator."""
    operator = operator_of(model, use)
    facts = INT8.get(operator.name)
    weight = _weight(facts, use.operand)
    if facts is None or weight is None:
        return Delivery(FLOAT, _why_not(operator, facts, use.operand))
    unmet = _unmet(operator, facts)
    if unmet:
        return Delivery(FLOAT, f"{operator.name} with {unmet} takes no int8 weights")
    how = facts.use[target]
    if how == FLOAT:
        return Delivery(FLOAT, f"target runtime {target} takes no int8 weight in {operator.name}")
    caution = _caution(model, use, facts, target) if how == HYBRID else None
    if caution is not None:
        return Delivery(DEQUANTIZE, caution.reason, weight.axis)
    if how == DEQUANTIZE:
        reason = f"target runtime {target} has no hybrid {operator.name}"
        return Delivery(DEQUANTIZE, reason, weight.axis)
    return Delivery(how, "", weight.axis, facts.needs_axis and how == HYBRID)


def _weight(facts: Int8 | None, operand: int) -> Weight | None:
    weights = facts.weights if facts is not None else ()
    return next((weight for weight in weights if weight.operand == operand), None)


def _why_not(operator: Operator, facts: Int8 | None, operand: int) -> str:
    name = operator.custom_code or operator.name
    if facts is not None and operand in facts.biases:
        return f"bias of {name}, which its kernels read as float32"
    return f"operand {operand} of {name} takes no int8"


def _unmet(operator: Operator, facts: Int8) -> str:
    """The option that stands against int8 weights, as ``name value``, or nothing."""
    options = with_defaults(operator.options, OPTIONS[operator.name])
    wrong = [
        f"{name} {getattr(options, name)}"
        for name, value in facts.requires.items()
        if getattr(options, name) != value
    ]
    return ", ".join(wrong)


def _caution(model: Model, use: Use, facts: Int8, target: str) -> Caution | None:
    return next((c for c in facts.cautions if target in c.targets and _holds(model, use, c)), None)


def _holds(model: Model, use: Use, caution: Caution) -> bool:
    inputs = operator_of(model, use).inputs
    if caution.absent is not None:
        return len(inputs) <= caution.absent or inputs[caution.absent] == OPTIONAL_TENSOR
    tensors = model.subgraphs[use.subgraph].tensors
    ranks = [len(tensors[i].shape) for i in inputs if i != OPTIONAL_TENSOR]
    return caution.above_rank is not None and max(ranks) > caution.above_rank

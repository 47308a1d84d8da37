"""How an operator gets a weight that is stored as something else than float32, and why so."""

from __future__ import annotations

from dataclasses import dataclass

from kernels.int4 import int4_facts
from kernels.int8 import (
    DEQUANTIZE,
    FLOAT,
    HYBRID,
    INT8,
    PASS_THROUGH,
    Caution,
    Int8,
    Weight,
    is_bias,
)
from kernels.model import OPTIONAL_TENSOR, Model, Operator
from kernels.tflite.schema import OPTIONS, with_defaults
from quant.constants import Use, operator_of
from quant.scheme import Scheme


@dataclass(frozen=True)
class Delivery:
    """``how`` is HYBRID, DEQUANTIZE, PASS_THROUGH, or FLOAT: not as the scheme's type.

    ``reason`` is in words, empty where nothing needs a reason. ``axis`` is the channel
    dimension that the operator wants, None for one scale; ``needs_axis``: it takes no other.
    ``takes_blocks``: it reads a scale for every block.
    """

    how: str
    reason: str = ""
    axis: int | None = None
    needs_axis: bool = False
    takes_blocks: bool = False


def deliver(model: Model, use: Use, target: str, scheme: Scheme) -> Delivery:
    """How the target runtime gives a weight of that scheme to one operand of one operator."""
    operator = operator_of(model, use)
    if scheme.weight == "FLOAT16" and operator.custom_code is None:
        return Delivery(DEQUANTIZE, f"scheme {scheme.name}")
    facts = INT8.get(operator.name)
    weight = _weight(facts, use.operand)
    if facts is None or weight is None:
        return Delivery(FLOAT, _why_not(operator, use.operand, scheme))
    unmet = _unmet(operator, facts)
    if unmet:
        return Delivery(FLOAT, f"{operator.name} with {unmet} takes no int8 weights")
    how = _table_use(operator.name, facts, target, scheme)
    if how == FLOAT:
        kind = scheme.weight.lower()
        return Delivery(FLOAT, f"target runtime {target} takes no {kind} weight in {operator.name}")
    if not scheme.direct and how != PASS_THROUGH:
        return Delivery(DEQUANTIZE, f"scheme {scheme.name}", weight.axis)
    caution = _caution(model, use, facts, target) if how == HYBRID else None
    if caution is not None:
        return Delivery(DEQUANTIZE, caution.reason, weight.axis)
    if how == DEQUANTIZE:
        reason = f"target runtime {target} has no hybrid {operator.name}"
        return Delivery(DEQUANTIZE, reason, weight.axis)
    blocks = scheme.weight == "INT4" and target in int4_facts(operator.name).blockwise
    return Delivery(how, "", weight.axis, facts.needs_axis and how == HYBRID, blocks)


def _table_use(name: str, facts: Int8, target: str, scheme: Scheme) -> str:
    return int4_facts(name).use[target] if scheme.weight == "INT4" else facts.use[target]


def _weight(facts: Int8 | None, operand: int) -> Weight | None:
    weights = facts.weights if facts is not None else ()
    return next((weight for weight in weights if weight.operand == operand), None)


def _why_not(operator: Operator, operand: int, scheme: Scheme) -> str:
    name = operator.custom_code or operator.name
    if is_bias(operator.name, operand):
        return f"bias of {name}, which its kernels read as float32"
    return f"operand {operand} of {name} takes no {scheme.weight.lower()}"


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

"""Why a constant stays as it is: everything but its size, in words."""

from __future__ import annotations

from collections.abc import Mapping

from kernels.int8 import FLOAT
from kernels.model import Model, Tensor
from quant.constants import Constant, Use, operator_of
from quant.delivery import Delivery
from quant.scheme import FLOAT as FLOAT_SCHEME
from quant.selection import Choice


def obstacle(
    model: Model,
    constant: Constant,
    deliveries: tuple[Delivery, ...],
    choices: Mapping[Use, Choice],
) -> str:
    """The reason why the constant is not quantized, or nothing if it may be."""
    return (
        _by_kind(model, constant)
        or _by_place(model, constant)
        or _by_use(model, constant, deliveries)
        or _by_recipe(constant, choices)
    )


def _by_kind(model: Model, constant: Constant) -> str:
    tensors = [model.subgraphs[s].tensors[t] for s, t in constant.tensors]
    return next((reason for reason in map(_kind, tensors) if reason), "")


def _kind(tensor: Tensor) -> str:
    if tensor.type != "FLOAT32":
        scaled = tensor.quantization is not None and len(tensor.quantization.scale) > 0
        return f"kept as it is: {tensor.type}" + (", quantized already" if scaled else "")
    if tensor.sparsity is not None:
        return "kept float: stored sparse"
    if tensor.is_variable:
        return "kept float: the first value of a variable"
    return ""


def _by_place(model: Model, constant: Constant) -> str:
    for s, t in constant.tensors:
        graph = "the graph" if s == 0 else f"subgraph {s}"
        if t in model.subgraphs[s].outputs:
            return f"kept float: the constant is an output of {graph}"
        if t in model.subgraphs[s].inputs:
            return f"kept float: the constant is an input of {graph}"
    return "" if constant.uses else "kept float: no operator reads it"


def _by_use(model: Model, constant: Constant, deliveries: tuple[Delivery, ...]) -> str:
    refused = [(use, d) for use, d in zip(constant.uses, deliveries, strict=True) if d.how == FLOAT]
    if not refused:
        return ""
    reason = f"kept float: {refused[0][1].reason}"
    takers = {operator_of(model, use).name for use in constant.uses} - {
        operator_of(model, use).name for use, _ in refused
    }
    if takers:
        reason += f"; {', '.join(sorted(takers))} would, but a second copy makes the file larger"
    return reason


def _by_recipe(constant: Constant, choices: Mapping[Use, Choice]) -> str:
    for use in constant.uses:
        if use in choices and choices[use].scheme == FLOAT_SCHEME:
            rule = choices[use].rule
            return f"kept float: {'the scheme of the recipe' if rule is None else rule}"
    return ""

"""Biases of hybrid operators: LiteRT refuses a model in which a DEQUANTIZE makes one."""

from __future__ import annotations

from collections.abc import Mapping

from kernels.int8 import DEQUANTIZE, HYBRID, is_bias
from kernels.model import Model
from quant.constants import Constant, operator_of


def hybrid_operators(
    constants: tuple[Constant, ...], deliveries: Mapping[int, tuple[str, ...]]
) -> frozenset[tuple[int, int]]:
    """The operators, by subgraph and index, that read integers themselves; ``deliveries``: of each
    buffer how every use gets it."""
    return frozenset(
        (use.subgraph, use.operator)
        for constant in constants
        for use, how in zip(constant.uses, deliveries.get(constant.buffer, ()), strict=False)
        if how == HYBRID
    )


def hybrid_reader(
    model: Model, constant: Constant, how: tuple[str, ...], hybrid: frozenset[tuple[int, int]]
) -> str:
    """The name of a hybrid operator that would get the constant, its bias, from a DEQUANTIZE; or
    nothing."""
    uses = [use for use, each in zip(constant.uses, how, strict=False) if each == DEQUANTIZE]
    names = (
        operator_of(model, use).name
        for use in uses
        if (use.subgraph, use.operator) in hybrid
        and is_bias(operator_of(model, use).name, use.operand)
    )
    return next(names, "")

"""Operators that are lowered in one way for floats and in another for quantized integers."""

from __future__ import annotations

from collections.abc import Sequence

from kernels.element_types import is_quantized
from kernels.flat.instruction import Lower, Lowered
from kernels.flat.value import Source
from kernels.node import Node


def or_quantized(lower: Lower, quantized: Lower) -> Lower:
    """``quantized`` for operators whose first operand is quantized, ``lower`` for others."""

    def chosen(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
        return (quantized if is_quantized(node) else lower)(node, inputs)

    return chosen


def first_of(*lowers: Lower) -> Lower:
    """The first lowering that takes an operator."""

    def tried(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
        made = (lower(node, inputs) for lower in lowers)
        return next((lowered for lowered in made if lowered is not None), None)

    return tried

"""Divisions of int32 as instructions: DIV, FLOOR_DIV, FLOOR_MOD."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kernels.activation import NONE
from kernels.flat.broadcast import operands
from kernels.flat.instruction import Instruction, Lower, Lowered
from kernels.flat.nests import GRAIN
from kernels.flat.value import Source, Value, new_value
from kernels.node import Node

TOWARDS_ZERO, FLOOR, REMAINDER = 0, 1, 2
"""What ``kernels.compiled.division`` makes."""


def _division(wanted: int) -> Lower:
    def lower(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
        given = operands(inputs)
        activation = getattr(node.options, "fused_activation_function", NONE)
        if given is None or given[0].dtype != np.int32 or activation != NONE:
            return None
        x, y = given
        shape = np.broadcast_shapes(x.shape, y.shape)
        steps = [_step(operand, shape) for operand in given]
        if None in steps or not any(isinstance(operand, Value) for operand in given):
            return None
        z = new_value(shape, np.int32)
        fields = (x, y, z, *(step or 0 for step in steps), wanted)
        made = Instruction("division.divide", fields, z.count, GRAIN)
        return Lowered((z,), (made,) if z.count else ())

    return lower


def _step(operand: Source, shape: tuple[int, ...]) -> int | None:
    """How far elements are apart; None if they are repeated in another way."""
    if np.prod(operand.shape, dtype=int) == 1:
        return 0
    return 1 if operand.shape == shape else None


div, floor_div, floor_mod = (_division(w) for w in (TOWARDS_ZERO, FLOOR, REMAINDER))

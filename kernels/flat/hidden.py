"""Hidden values of recurrent operators: the variables that keep them, and their activation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kernels.activation import TANH, activation_bounds
from kernels.flat.instruction import Instruction
from kernels.flat.nests import PIECE
from kernels.flat.value import Source, Value
from kernels.node import Node


def state(node: Node, inputs: Sequence[Source | None], number: int, count: int) -> Value | None:
    """The variable at an operand's number, if it has so many floats."""
    value, operand = inputs[number], node.optional(number)
    if operand is None or not operand.tensor.is_variable or not isinstance(value, Value):
        return None
    return value if value.count == count and value.dtype == np.float32 else None


def activated(code: int, sums: Value, hidden: Value) -> Instruction:
    """The fused activation of sums, as ``kernels.activation`` has it. Raises ModelError for one
    that is neither a clamp nor tanh."""
    blocks = -(-sums.count // PIECE)
    if code == TANH:
        return Instruction("recurrent.hidden_tanh", (sums, hidden, sums.count), blocks)
    numbers = (sums.count, *activation_bounds(code))
    return Instruction("unary.clamp", (sums, hidden, *numbers), blocks)

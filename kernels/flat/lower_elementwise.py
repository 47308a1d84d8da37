"""Functions of one float tensor, element by element, as instructions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.value import Source, Value, new_value
from kernels.node import Node

GRAIN = 16384
"""Elements that a thread takes at a time."""


def relu(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """RELU of float32."""
    return _unary("unary.relu", inputs)


def _unary(kernel: str, inputs: Sequence[Source | None]) -> Lowered | None:
    x = inputs[0]
    if not isinstance(x, Value) or x.dtype != np.float32:
        return None
    y = new_value(x.shape, np.float32)
    return Lowered((y,), (Instruction(kernel, (x, y), x.count, GRAIN),))

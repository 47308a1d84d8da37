"""SOFTMAX as instructions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kernels.flat import lower_integers
from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.nests import GRAIN
from kernels.flat.quantized import or_quantized
from kernels.flat.value import Source, Value, new_value
from kernels.node import Node


def _softmax(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """SOFTMAX of floats over the last axis, where XNNPACK takes it."""
    x = inputs[0] if len(inputs) == 1 else None
    if not isinstance(x, Value) or x.dtype != np.float32 or not x.shape:
        return None
    if np.float32(node.options.beta) != 1:
        return None
    y, columns = new_value(x.shape, np.float32), x.shape[-1]
    if not x.count:
        return Lowered((y,))
    fields, grain = (x, y, columns), max(1, GRAIN // columns)
    return Lowered((y,), (Instruction("softmax.rows", fields, x.count // columns, grain),))


softmax = or_quantized(_softmax, lower_integers.softmax)

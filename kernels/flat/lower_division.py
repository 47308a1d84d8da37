"""Divisions of integers as instructions: DIV, FLOOR_DIV, FLOOR_MOD."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kernels.activation import NONE
from kernels.flat.broadcast import operands
from kernels.flat.instruction import Instruction, Lower, Lowered
from kernels.flat.nests import GRAIN
from kernels.flat.value import Source, Value, new_value
from kernels.node import Node

_INT32, _INT64 = np.dtype(np.int32), np.dtype(np.int64)


def _division(kernel: str, *types: np.dtype[Any]) -> Lower:
    def lower(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
        given = operands(inputs)
        activation = getattr(node.options, "fused_activation_function", NONE)
        if given is None or given[0].dtype not in types or activation != NONE:
            return None
        x, y = given
        shape, dtype = np.broadcast_shapes(x.shape, y.shape), x.dtype
        steps = [_step(operand, shape) for operand in given]
        if None in steps or not any(isinstance(operand, Value) for operand in given):
            return None
        z = new_value(shape, dtype)
        fields = (x, y, z, *(step or 0 for step in steps))
        made = Instruction(f"division.{kernel}_{dtype.name}", fields, z.count, GRAIN)
        return Lowered((z,), (made,) if z.count else ())

    return lower


def _step(operand: Source, shape: tuple[int, ...]) -> int | None:
    """How far elements are apart; None if they are repeated in another way."""
    if np.prod(operand.shape, dtype=int) == 1:
        return 0
    return 1 if operand.shape == shape else None


div, floor_div = _division("div", _INT32), _division("floor_div", _INT32)
floor_mod = _division("floor_mod", _INT32, _INT64)

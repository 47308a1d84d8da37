"""CAST and LOGICAL_NOT as instructions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kernels.constant import RUNTIME_DTYPES
from kernels.element_types import PACKED
from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.nests import GRAIN, PIECE
from kernels.flat.value import Source, Value, new_value
from kernels.node import Node

CASTS = frozenset(
    {
        ("bool", "float32"),
        ("bool", "int32"),
        ("bool", "int64"),
        ("float32", "bool"),
        ("float32", "int32"),
        ("float32", "int64"),
        ("float32", "int8"),
        ("float32", "uint8"),
        ("int32", "bool"),
        ("int32", "float32"),
        ("int32", "int64"),
        ("int64", "float32"),
        ("int64", "int32"),
        ("int8", "float32"),
        ("int8", "int32"),
        ("uint8", "float32"),
        ("uint8", "int32"),
        ("uint8", "int64"),
    }
)
"""From one dtype to another; booleans are bytes that are 0 or 1."""


def cast(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """CAST. To the same type it is the same value."""
    x = inputs[0] if len(inputs) == 1 else None
    dtype = RUNTIME_DTYPES.get(node.outputs[0].tensor.type)
    packed = node.operand(0).tensor.type in PACKED or node.outputs[0].tensor.type in PACKED
    if not isinstance(x, Value) or dtype is None or packed:
        return None
    if dtype == x.dtype:
        return Lowered((x,))
    if (x.dtype.name, dtype.name) not in CASTS:
        return None
    source = x.dtype.name.replace("bool", "uint8")
    return _of_each(f"casting.{source}_to_{dtype.name}", x, dtype)


def logical_not(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """LOGICAL_NOT."""
    x = inputs[0] if len(inputs) == 1 else None
    if not isinstance(x, Value) or x.dtype != np.bool_:
        return None
    return _of_each("casting.logical_not", x, x.dtype)


def _of_each(kernel: str, x: Value, dtype: np.dtype) -> Lowered:
    y = new_value(x.shape, dtype)
    blocks = -(-x.count // PIECE)
    return Lowered((y,), (Instruction(kernel, (x, y, x.count), blocks, GRAIN // PIECE),))

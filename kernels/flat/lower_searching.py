"""ARG_MAX and ARG_MIN as instructions."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from kernels.axes import resolve_axis
from kernels.constant import RUNTIME_DTYPES
from kernels.flat.instruction import Instruction, Lower, Lowered
from kernels.flat.nests import GRAIN, PIECE
from kernels.flat.value import Source, Value, new_value
from kernels.node import Node

TYPES = ("float32", "int32", "int8", "uint8")


def _search(kernel: str) -> Lower:
    def lower(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
        x, axis = inputs
        dtype = RUNTIME_DTYPES.get(node.outputs[0].tensor.type)
        if not isinstance(x, Value) or not isinstance(axis, np.ndarray):
            return None
        if x.dtype.name not in TYPES or dtype not in (np.int32, np.int64) or not x.count:
            return None
        at = resolve_axis(axis.item(), len(x.shape))
        count, inner = x.shape[at], prod(x.shape[at + 1 :])
        y = new_value((*x.shape[:at], *x.shape[at + 1 :]), np.int32)
        fields, grain = (x, y, count, inner), max(1, GRAIN // count)
        made = Instruction(f"searching.{kernel}_{x.dtype.name}", fields, y.count, grain)
        if dtype == np.int32:
            return Lowered((y,), (made,))
        wide, blocks = new_value(y.shape, np.int64), -(-y.count // PIECE)
        widen = Instruction("casting.int32_to_int64", (y, wide, y.count), blocks, GRAIN // PIECE)
        return Lowered((wide,), (made, widen))

    return lower


arg_max, arg_min = _search("largest"), _search("smallest")

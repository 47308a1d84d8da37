"""EMBEDDING_LOOKUP as instructions: rows of a table, of bytes with one scale too."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from kernels.constant import RUNTIME_DTYPES
from kernels.flat.copies import as_bytes
from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.nests import GRAIN, PIECE
from kernels.flat.value import Source, Value, new_value
from kernels.node import Node
from kernels.weight import blocks_of, weight_scale


def embedding_lookup(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """EMBEDDING_LOOKUP by ids that are compared with the number of rows."""
    ids, table = inputs
    if not isinstance(ids, Value) or ids.dtype != np.int32 or len(ids.shape) != 1:
        return None
    if table is None or not table.shape:
        return None
    rows, inner = table.shape[0], table.shape[1:]
    picked = new_value((ids.count, *inner), table.dtype)
    size = prod(inner) * table.dtype.itemsize
    fields = (as_bytes(table), ids, as_bytes(picked), 1, rows, ids.count, size)
    grain = max(1, GRAIN // max(size, 1))
    take = Instruction("indexing.gather_int32", fields, ids.count, grain)
    if RUNTIME_DTYPES.get(node.outputs[0].tensor.type) == table.dtype:
        return Lowered((picked,), (take,))
    real = _real(node, picked)
    return None if real is None else Lowered(real.outputs, (take, *real.instructions))


def _real(node: Node, codes: Value) -> Lowered | None:
    """float32 of int8 codes, if the table has one scale."""
    tensor, made = node.operand(1).tensor, node.outputs[0].tensor.type
    if (tensor.type, made) != ("INT8", "FLOAT32") or blocks_of(tensor) is not None:
        return None
    scale = weight_scale(tensor)
    if len(scale) != 1:
        return None
    y, blocks = new_value(codes.shape, np.float32), -(-codes.count // PIECE)
    fields = (codes, y, codes.count, 0.0, float(scale[0]))
    return Lowered((y,), (Instruction("quantizing.of_int8", fields, blocks, GRAIN // PIECE),))

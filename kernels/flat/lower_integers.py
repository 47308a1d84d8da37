"""Arithmetic of quantized bytes as instructions, where XNNPACK takes it: ADD, SUB, MUL; SOFTMAX."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kernels import xnnpack_integers
from kernels.flat.broadcast import lowered_binary, operands
from kernels.flat.copies import as_bytes
from kernels.flat.instruction import Instruction, Lower, Lowered
from kernels.flat.nests import GRAIN
from kernels.flat.value import Source, Value, new_value
from kernels.float_functions import reference_exp
from kernels.node import Node
from kernels.per_tensor import PerTensor, per_tensor_operands

BYTE_TYPES = ("INT8", "UINT8")
CODES, SIGN = 256, 128
"""Bytes that there are, and the bit of one that is its sign."""


def _bytes(node: Node) -> tuple[PerTensor, ...] | None:
    """What the inputs and the output mean, if all are bytes of one type."""
    tensors = per_tensor_operands(node, BYTE_TYPES)
    return tensors if len({tensor.dtype for tensor in tensors}) == 1 else None


def _sum(sign: int) -> Lower:
    def lower(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
        tensors, given = _bytes(node), operands(inputs)
        if tensors is None or given is None:
            return None
        left, right, out = tensors
        if not xnnpack_integers.takes_sum(node, left, right, out):
            return None
        first, second, shift = xnnpack_integers.sum_multipliers(
            left.scale / out.scale, sign * (right.scale / out.scale)
        )
        zeros = first * left.zero_point + second * right.zero_point
        numbers = (first, second, (1 << shift - 1) - zeros, shift, *_bounded(node, out))
        return lowered_binary(f"integer_arithmetic.sum_{out.dtype}", *given, out.dtype, numbers)

    return lower


def _bounded(node: Node, out: PerTensor) -> tuple[int, int, int]:
    code = node.options.fused_activation_function
    return out.zero_point, *xnnpack_integers.activation_bounds(out, code)


add, sub = _sum(1), _sum(-1)


def mul(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """MUL."""
    tensors, given = _bytes(node), operands(inputs)
    if tensors is None or given is None:
        return None
    left, right, out = tensors
    if not xnnpack_integers.takes_product(node, left, right, out):
        return None
    ratio = float(left.scale * right.scale / out.scale)
    numbers = (left.zero_point, right.zero_point, ratio, *_bounded(node, out))
    return lowered_binary(f"integer_arithmetic.product_{out.dtype}", *given, out.dtype, numbers)


def softmax(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """SOFTMAX over the last axis."""
    tensors, x = _bytes(node), inputs[0]
    if tensors is None or not isinstance(x, Value) or not x.shape:
        return None
    given, out = tensors
    beta = np.float32(float(np.float32(node.options.beta)))
    table = reference_exp(-given.scale * beta * np.arange(CODES, dtype=np.float32))
    y, columns = new_value(x.shape, out.dtype), x.shape[-1]
    if not x.count:
        return Lowered((y,))
    flip, least = (SIGN if out.dtype == np.int8 else 0), out.limits[0]
    arrays = (as_bytes(x), as_bytes(y), table)
    fields = (*arrays, columns, flip, float(out.scale), out.zero_point - least)
    grain = max(1, GRAIN // columns)
    made = Instruction("integer_softmax.rows", fields, x.count // columns, grain)
    return Lowered((y,), (made,))

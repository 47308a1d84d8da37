"""Two operators on floats as one pass over memory; each is still rounded by itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kernels.activation import NONE, activation_bounds
from kernels.constant import RUNTIME_DTYPES
from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.lower_binary import CLAMPS
from kernels.flat.lower_tables import BYTE_TYPES, tabulated
from kernels.flat.nests import GRAIN, PIECE
from kernels.flat.value import Source, Value, new_value
from kernels.node import Array, Node
from kernels.ops import activations, arithmetic


def swish(
    logistic: Node,
    product: Node,
    given: Sequence[Source | None],
    others: Sequence[Source | None],
) -> Lowered | None:
    """LOGISTIC, then MUL by what it was given; of bytes by a table."""
    x = given[0]
    if not isinstance(x, Value) or not any(_is(other, x) for other in others):
        return None
    if x.dtype in BYTE_TYPES:
        return _swish_of_bytes(logistic, product, x, others)
    if x.dtype != np.float32 or product.options.fused_activation_function != NONE:
        return None
    y, blocks = new_value(x.shape, np.float32), -(-x.count // PIECE)
    made = Instruction("activations.xnnpack_swish", (x, y, x.count), blocks, GRAIN // PIECE)
    return Lowered((y,), (made,))


def _is(source: Source | None, x: Value) -> bool:
    return isinstance(source, Value) and source == x


def _swish_of_bytes(
    logistic: Node, product: Node, x: Value, others: Sequence[Source | None]
) -> Lowered | None:
    dtype = RUNTIME_DTYPES.get(product.outputs[0].tensor.type)
    if dtype not in BYTE_TYPES:
        return None
    gate, multiply = activations.logistic(logistic), arithmetic.mul(product)

    def function(codes: Array) -> Array:
        gates = gate(codes)[0]
        made: Array = multiply(*(gates if other is None else codes for other in others))[0]
        return made

    return tabulated(x, dtype, function)


def scaled_sum(
    product: Node,
    total: Node,
    factors: Sequence[Source | None],
    addends: Sequence[Source | None],
) -> Lowered | None:
    """MUL, then ADD, both with a constant for each channel."""
    return _scaled(product, total, factors, addends, 1)


def scaled_difference(
    product: Node,
    total: Node,
    factors: Sequence[Source | None],
    addends: Sequence[Source | None],
) -> Lowered | None:
    """MUL, then SUB of a constant, both with one for each channel."""
    return None if addends[0] is not None else _scaled(product, total, factors, addends, -1)


def _scaled(
    product: Node,
    total: Node,
    factors: Sequence[Source | None],
    addends: Sequence[Source | None],
    sign: int,
) -> Lowered | None:
    x = next((source for source in factors if isinstance(source, Value)), None)
    activation = total.options.fused_activation_function
    if x is None or x.dtype != np.float32 or not x.shape or not x.count:
        return None
    if product.options.fused_activation_function != NONE or activation not in CLAMPS:
        return None
    columns = x.shape[-1]
    scale, shift = (_channels(sources, x, columns) for sources in (factors, addends))
    if scale is None or shift is None:
        return None
    y, rows = new_value(x.shape, np.float32), x.count // columns
    fields = (x, scale, shift * np.float32(sign), y, columns, *activation_bounds(activation))
    grain = max(1, GRAIN // columns)
    return Lowered((y,), (Instruction("scaling.rows", fields, rows, grain),))


def _channels(sources: Sequence[Source | None], x: Value, columns: int) -> Array | None:
    """The constant among two sources, a number for each channel; None if it is anything else."""
    constants = [source for source in sources if isinstance(source, np.ndarray)]
    if len(constants) != 1 or constants[0].dtype != np.float32:
        return None
    (found,) = constants
    if found.size not in (1, columns) or found.shape[-1:] != (found.size,) * bool(found.shape):
        return None
    if len(found.shape) > len(x.shape):
        return None
    return np.ascontiguousarray(np.broadcast_to(found.reshape(-1), (columns,)))

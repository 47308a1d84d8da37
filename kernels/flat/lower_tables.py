"""Functions of quantized bytes as instructions: tables of what the plain kernel makes of all bytes,
or of all pairs of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from kernels.constant import RUNTIME_DTYPES
from kernels.errors import InputError
from kernels.flat.broadcast import lowered_binary
from kernels.flat.copies import as_bytes
from kernels.flat.instruction import Instruction, Lower, Lowered
from kernels.flat.nests import GRAIN, PIECE
from kernels.flat.value import Source, Value, elements_from, new_value
from kernels.node import Array, Node, Prepare, Run
from kernels.ops import (
    arithmetic,
    comparison,
    quantized_activations,
    quantized_elementwise,
    requantizing,
)
from kernels.requantization import VECTOR_ELEMENTS

BYTES = 256
BYTE_TYPES = (np.dtype(np.int8), np.dtype(np.uint8))
RESULT_TYPES = (*BYTE_TYPES, np.dtype(np.bool_))


def of_bytes(prepare: Prepare, in_vectors: bool = False) -> Lower:
    """The operator that a plain kernel is, of bytes; ``in_vectors``: which may round what does
    not fill a vector in another way, so that has a table too."""

    def lower(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
        x = inputs[0] if len(inputs) == 1 else None
        dtype = RUNTIME_DTYPES.get(node.outputs[0].tensor.type)
        if not isinstance(x, Value) or x.dtype not in BYTE_TYPES or dtype not in BYTE_TYPES:
            return None
        run, codes = prepare(node), _codes(x.dtype)
        y = new_value(x.shape, dtype)
        try:
            whole = _bytes_of(run(codes)[0])
        except InputError:  # some bytes have no value
            return Lowered((y,), _checked(x, y, run, codes))
        if not in_vectors:
            return Lowered((y,), _looked_up(x, y, whole, 0, x.count))
        rest = np.concatenate([_bytes_of(run(codes[i : i + 1])[0]) for i in range(BYTES)])
        vectors = x.count // VECTOR_ELEMENTS * VECTOR_ELEMENTS
        made = _looked_up(x, y, whole, 0, vectors)
        return Lowered((y,), (*made, *_looked_up(x, y, rest, vectors, x.count)))

    return lower


def tabulated(x: Value, dtype: np.dtype[Any], function: Callable[[Array], Array]) -> Lowered:
    """A function of bytes by what it makes of all of them."""
    y = new_value(x.shape, dtype)
    table = _bytes_of(function(_codes(x.dtype)))
    return Lowered((y,), _looked_up(x, y, table, 0, x.count))


def _codes(dtype: np.dtype[Any]) -> Array:
    """All bytes in the order of the numbers that they are without a sign."""
    return np.arange(BYTES).astype(np.uint8).view(dtype)


def _bytes_of(codes: Array) -> Array:
    return np.ascontiguousarray(codes).view(np.uint8)


def _looked_up(x: Value, y: Value, table: Array, start: int, stop: int) -> tuple[Instruction, ...]:
    """The table's entries for the elements from ``start`` to before ``stop``."""
    if start == stop:
        return ()
    count, fields = stop - start, (elements_from(x, start), elements_from(y, start), table)
    blocks = -(-count // PIECE)
    return (Instruction("tables.look_up", (*fields, count), blocks, GRAIN // PIECE),)


def _checked(x: Value, y: Value, run: Run, codes: Array) -> tuple[Instruction, ...]:
    """The same, if no element is a byte without a value."""
    table, refused = np.zeros(BYTES, np.uint8), np.zeros(BYTES, np.bool_)
    for i in range(BYTES):
        try:
            table[i : i + 1] = _bytes_of(run(codes[i : i + 1])[0])
        except InputError:
            refused[i] = True
    fields = (as_bytes(x), as_bytes(y), table, refused)
    return (Instruction("checked_tables.look_up", fields, x.count, GRAIN),)


def of_pairs(prepare: Prepare) -> Lower:
    """The operator that a plain kernel is, of two tensors of bytes that broadcast."""

    def lower(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
        x, y = inputs
        dtype = RUNTIME_DTYPES.get(node.outputs[0].tensor.type)
        if x is None or y is None or dtype not in RESULT_TYPES:
            return None
        if x.dtype not in BYTE_TYPES or y.dtype not in BYTE_TYPES:
            return None
        made = prepare(node)(_codes(x.dtype)[:, np.newaxis], _codes(y.dtype))[0]
        table = _bytes_of(np.asarray(made)).reshape(-1)
        return lowered_binary("tables.look_up_pairs", x, y, dtype, (table,))

    return lower


absolute = of_bytes(quantized_elementwise.absolute)
elu = of_bytes(quantized_activations.elu)
exp = of_bytes(quantized_elementwise.exp)
gelu = of_bytes(quantized_activations.gelu)
hard_swish = of_bytes(quantized_activations.hard_swish)
leaky_relu = of_bytes(quantized_activations.leaky_relu)
log = of_bytes(quantized_elementwise.log)
logistic = of_bytes(quantized_activations.logistic)
negative = of_bytes(quantized_elementwise.negative)
relu = of_bytes(quantized_activations.relu)
relu6 = of_bytes(quantized_activations.relu6)
relu_0_to_1 = of_bytes(quantized_activations.relu_0_to_1)
relu_n1_to_1 = of_bytes(quantized_activations.relu_n1_to_1)
requantize = of_bytes(requantizing.prepare, in_vectors=True)
rsqrt = of_bytes(quantized_elementwise.reciprocal_square_root)
sqrt = of_bytes(quantized_elementwise.square_root)
tanh = of_bytes(quantized_activations.tanh)

add, sub, mul = (of_pairs(p) for p in (arithmetic.add, arithmetic.sub, arithmetic.mul))
div, prelu = of_pairs(arithmetic.div), of_pairs(quantized_activations.prelu)
squared_difference = of_pairs(arithmetic.squared_difference)
equal, not_equal = of_pairs(comparison.equal), of_pairs(comparison.not_equal)
less, less_equal = of_pairs(comparison.less), of_pairs(comparison.less_equal)
greater, greater_equal = of_pairs(comparison.greater), of_pairs(comparison.greater_equal)

"""Functions of one tensor of quantized bytes as instructions: a table of what the plain kernel
makes of all bytes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kernels.constant import RUNTIME_DTYPES
from kernels.flat.instruction import Instruction, Lower, Lowered
from kernels.flat.nests import GRAIN, PIECE
from kernels.flat.value import Source, Value, elements_from, new_value
from kernels.node import Array, Node, Prepare
from kernels.ops import quantized_activations, quantized_elementwise, requantizing
from kernels.requantization import VECTOR_ELEMENTS

BYTES = 256
BYTE_TYPES = (np.dtype(np.int8), np.dtype(np.uint8))


def of_bytes(prepare: Prepare, in_vectors: bool = False) -> Lower:
    """The operator that a plain kernel is, of bytes; ``in_vectors``: which may round what does
    not fill a vector in another way, so that has a table too."""

    def lower(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
        x = inputs[0] if len(inputs) == 1 else None
        dtype = RUNTIME_DTYPES.get(node.outputs[0].tensor.type)
        if not isinstance(x, Value) or x.dtype not in BYTE_TYPES or dtype not in BYTE_TYPES:
            return None
        run = prepare(node)
        codes = np.arange(BYTES).astype(np.uint8).view(x.dtype)
        whole = _bytes_of(run(codes)[0])
        y = new_value(x.shape, dtype)
        if not in_vectors:
            return Lowered((y,), _looked_up(x, y, whole, 0, x.count))
        rest = np.concatenate([_bytes_of(run(codes[i : i + 1])[0]) for i in range(BYTES)])
        vectors = x.count // VECTOR_ELEMENTS * VECTOR_ELEMENTS
        made = _looked_up(x, y, whole, 0, vectors)
        return Lowered((y,), (*made, *_looked_up(x, y, rest, vectors, x.count)))

    return lower


def _bytes_of(codes: Array) -> Array:
    return np.ascontiguousarray(codes).view(np.uint8)


def _looked_up(x: Value, y: Value, table: Array, start: int, stop: int) -> tuple[Instruction, ...]:
    """The table's entries for the elements from ``start`` to before ``stop``."""
    if start == stop:
        return ()
    count, fields = stop - start, (elements_from(x, start), elements_from(y, start), table)
    blocks = -(-count // PIECE)
    return (Instruction("tables.look_up", (*fields, count), blocks, GRAIN // PIECE),)


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
tanh = of_bytes(quantized_activations.tanh)

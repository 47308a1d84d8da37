"""One direction of an LSTM, float and hybrid: all that lstm_eval.cc of TFLite computes.

    gate = x . W + auxiliary . V + h . R + peephole * c          (from the bias, added in order)
    gate = (gate - mean) / deviation * norm + bias               (with layer normalization)
    c    = clip(forget * c + input * cell)                       (input = 1 - forget in a CIFG)
    h    = output * activation(c), then clip(h . P + projection bias) with a projection

x: (T, B, n); W, V: (cells, n); R: (cells, outputs); P: (outputs, cells); peephole, bias,
norm: (cells,); h: (B, outputs) and c: (B, cells), updated in place. Hybrid products quantize
x, h and the projection's input per row; peepholes are dequantized.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from kernels.activation import Activation, fused_activation
from kernels.activation_quantization import QuantizedRows
from kernels.eigen import in_vectors, logistic
from kernels.float_matmul import LANES
from kernels.float_sum import sum_in_order
from kernels.node import Array, Node, Operand
from kernels.sequence import Layer, Operands, flat_rows, steps
from kernels.weight import accumulate, activation_rows, float_weight, is_hybrid, weight_matrix

INPUT, FORGET, CELL, OUTPUT = GATES = range(4)
"""Gates, in the order of their operands."""

ABSENT = 1 << 30
"""The number of an operand that an operator does not have."""

MEMORY_ORDER = (INPUT, CELL, FORGET, OUTPUT)
"""Gates, in the order of their values in LiteRT's memory."""

BLOCK = 16
"""Numbers that are added up at a time in layer normalization."""
VARIANCE_FLOOR = np.float32(1e-8)
"""Added to the variance in layer normalization (portable_tensor_utils.cc)."""

PerGate = tuple[int, int, int, int]
NO_GATES: PerGate = (ABSENT, ABSENT, ABSENT, ABSENT)


@dataclass(frozen=True)
class Numbers:
    """Operand numbers of a direction; the first six are one per gate."""

    input: PerGate
    recurrent: PerGate
    peephole: PerGate
    bias: PerGate
    norm: PerGate
    auxiliary: PerGate
    projection: int
    projection_bias: int
    hidden_state: int
    cell_state: int
    backward: bool = False

    def weights(self) -> tuple[int, ...]:
        """Everything that is int8 in a hybrid operator."""
        gates = (*self.input, *self.recurrent, *self.peephole, *self.auxiliary)
        return (*gates, self.projection)


Rows = Array | QuantizedRows
Step = Callable[[int, Rows, Array], Array]
"""Time step, rows of h, and c to the gate."""


def prepare_layer(node: Node, numbers: Numbers, together: bool) -> Layer:
    """The layer: operands, x and the auxiliary input (T, B, n) to (T, B, outputs).

    ``together``: LiteRT computes the gates of a batch at once, not of one example after the other.

    Raises UnsupportedOperatorError unless all its weights are FLOAT32 or all are INT8.
    """
    hybrid = is_hybrid(node, weights=numbers.weights())
    rows = activation_rows(hybrid, node.options.asymmetric_quantize_inputs)
    activation = fused_activation(node.options.fused_activation_function)
    node.operand(numbers.cell_state)
    coupled = node.optional(numbers.input[INPUT]) is None
    gates = [
        _prepare_gate(node, numbers, gate, _gate_activation(gate, coupled, together, activation))
        for gate in (GATES[FORGET:] if coupled else GATES)
    ]
    project_output = _prepare_projection(node, numbers, rows)
    clip = _clip(node.options.cell_clip)

    def layer(operands: Operands, x: Array, auxiliary: Array | None) -> Array:
        batch = x.shape[1]
        hidden = operands[numbers.hidden_state].reshape(batch, -1)
        cell = operands[numbers.cell_state].reshape(batch, -1)
        x_rows = rows(flat_rows(x))
        auxiliary_rows = None if auxiliary is None else rows(flat_rows(auxiliary))
        running = [gate(operands, x_rows, auxiliary_rows, x.shape) for gate in gates]
        *input_gate, forget_gate, cell_gate, output_gate = running
        output = np.empty((*x.shape[:2], hidden.shape[1]), np.float32)
        for step in steps(len(x), numbers.backward):
            hidden_rows = rows(hidden)
            forget = forget_gate(step, hidden_rows, cell)
            entry = input_gate[0](step, hidden_rows, cell) if input_gate else 1 - forget
            candidate = cell_gate(step, hidden_rows, cell)
            cell[...] = clip(forget * cell + entry * candidate)
            exposed = output_gate(step, hidden_rows, cell) * activation(cell)
            hidden[...] = output[step] = project_output(operands, exposed)
        return output

    return layer


def _gate_activation(
    gate: int, coupled: bool, together: bool, activation: Activation
) -> Activation:
    """The logistic function, but for the cell gate; of values (B, cells).

    LiteRT has the values of all gates one after the other in memory, in another order, and
    the logistic function differs where they do not fill vectors.
    """
    if gate == CELL:
        return activation
    place = MEMORY_ORDER.index(gate) - coupled
    return lambda values: logistic(values, _in_vectors(place, together, *values.shape))


@lru_cache(maxsize=16)
def _in_vectors(place: int, together: bool, batch: int, cells: int) -> Array:
    """Which values (B, cells) of the gate at that place are in vectors."""
    size, row = batch * cells, batch * cells if together else cells
    if not size:
        return np.ones((batch, cells), np.bool_)
    starts = range(place * size, (place + 1) * size, row)
    return np.concatenate([in_vectors(row, start) for start in starts]).reshape(batch, cells)


def _prepare_gate(
    node: Node, numbers: Numbers, gate: int, activation: Activation
) -> Callable[[Operands, Rows, Rows | None, tuple[int, ...]], Step]:
    """A gate that, given operands and the rows of all steps, returns its step function."""
    for number in (numbers.input[gate], numbers.recurrent[gate], numbers.bias[gate]):
        node.operand(number)
    input_weight = _weight(node, numbers.input[gate], weight_matrix)
    recurrent_weight = _weight(node, numbers.recurrent[gate], weight_matrix)
    auxiliary_weight = _weight(node, numbers.auxiliary[gate], weight_matrix)
    peephole_weight = _weight(node, numbers.peephole[gate], float_weight)
    has_norm = node.optional(numbers.norm[gate]) is not None

    def begin(operands: Operands, x: Rows, auxiliary: Rows | None, shape: tuple[int, ...]) -> Step:
        bias = operands[numbers.bias[gate]]
        flat = accumulate(0 if has_norm else bias, x, input_weight(operands))
        if auxiliary is not None:
            flat = accumulate(flat, auxiliary, auxiliary_weight(operands))
        drive = flat.reshape(*shape[:2], -1)
        recurrent, peephole = recurrent_weight(operands), peephole_weight(operands)

        def step(time: int, hidden: Rows, cell: Array) -> Array:
            total = accumulate(drive[time], hidden, recurrent)
            if peephole is not None:
                total += peephole * cell
            if has_norm:
                total = _normalized(total) * operands[numbers.norm[gate]] + bias
            return activation(total)

        return step

    return begin


def _prepare_projection(
    node: Node, numbers: Numbers, rows: Callable[[Array], Rows]
) -> Callable[[Operands, Array], Array]:
    """From ``output gate * activation(c)`` to h."""
    if node.optional(numbers.projection) is None:
        return lambda _, exposed: exposed
    weight = _weight(node, numbers.projection, weight_matrix)
    has_bias = node.optional(numbers.projection_bias) is not None
    clip = _clip(node.options.proj_clip)

    def projected(operands: Operands, exposed: Array) -> Array:
        start = operands[numbers.projection_bias] if has_bias else 0
        return clip(accumulate(start, rows(exposed), weight(operands)))

    return projected


def _weight(
    node: Node, number: int, prepare: Callable[[Operand], Callable[[Any], Any]]
) -> Callable[[Operands], Any]:
    """From operands to the weight ``number``, as ``prepare`` packs it; None if absent."""
    operand = node.optional(number)
    if operand is None:
        return lambda _: None
    pack = prepare(operand)
    return lambda operands: pack(operands[number])


def _clip(limit: float) -> Activation:
    """Clamps to [-limit, limit]; 0 stands for no limit."""
    if limit <= 0:
        return lambda x: x
    bound = np.float32(limit)
    return lambda x: np.clip(x, -bound, bound)


def _normalized(x: Array) -> Array:
    """Rows of x with mean 0 and variance 1; ``NeonMeanStddevNormalization`` of
    neon_tensor_utils.cc."""
    count = np.float32(x.shape[1])
    centered = x - (_sums(x) / count)[:, np.newaxis]
    variance = _sums(np.square(centered)) / count
    normalized: Array = centered * np.reciprocal(np.sqrt(variance + VARIANCE_FLOOR))[:, np.newaxis]
    return normalized


def _sums(x: Array) -> Array:
    """Of rows: BLOCK interleaved sums, added up by halves to LANES, those and what is left over
    one by one."""
    whole = x.shape[1] // BLOCK * BLOCK
    blocks = x[:, :whole].reshape(len(x), -1, BLOCK // LANES, LANES)
    first, second, third, fourth = np.moveaxis(sum_in_order(blocks, [1]), 1, 0)
    lanes = (first + third) + (second + fourth)
    return sum_in_order(np.concatenate([lanes, x[:, whole:]], axis=1), [1])

"""LSTM and UNIDIRECTIONAL_SEQUENCE_LSTM as instructions, float and hybrid: without peepholes,
projection and layer normalization, which are left to the plain kernel.

The arithmetic is that of ``kernels.lstm_layer``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kernels.activation import TANH
from kernels.eigen import in_vectors
from kernels.flat.accumulate import Weights, accumulated, coded_rows, joined_weights
from kernels.flat.hidden import state
from kernels.flat.instruction import Code, Instruction, Lowered
from kernels.flat.time_axis import TimeAxis, sequence_axis
from kernels.flat.value import Source, Value, new_value
from kernels.lstm_layer import FORGET, GATES, INPUT, PerGate
from kernels.node import Array, Node
from kernels.ops.lstm import FULL, UNIDIRECTIONAL

BLOCK = 64
"""Cells that a chunk computes."""


@dataclass(frozen=True)
class _Layer:
    """What an LSTM computes with: weights and biases of its gates side by side, and its states."""

    inputs: Weights
    recurrent: Weights
    bias: Array
    hidden: Value
    cell: Value
    kernel: str

    @property
    def cells(self) -> int:
        return self.recurrent.depth


def sequence(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """UNIDIRECTIONAL_SEQUENCE_LSTM, if its gates fill vectors: LiteRT has another logistic function
    where they do not."""
    x = inputs[0]
    if not isinstance(x, Value):
        return None
    axis = sequence_axis(x, node.options.time_major)
    return None if axis is None else _over_time(node, inputs, x, axis)


def single_step(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """LSTM, but for its BASIC kernel."""
    x = inputs[0]
    if not isinstance(x, Value) or len(x.shape) != 2 or node.options.kernel_type != FULL:
        return None
    return _over_time(node, inputs, x, TimeAxis(x.shape[0], 1, time_major=True))


def _over_time(
    node: Node, inputs: Sequence[Source | None], x: Value, axis: TimeAxis
) -> Lowered | None:
    layer = _layer(node, inputs, axis.batch)
    if layer is None or not _fill_vectors(axis, layer.cells):
        return None
    if not x.count or x.dtype != np.float32 or layer.inputs.depth != x.shape[-1]:
        return None
    asymmetric, hybrid = node.options.asymmetric_quantize_inputs, layer.inputs.scales is not None
    count = axis.batch * axis.length
    rows, encoding = coded_rows(x, count, x.shape[-1], hybrid, asymmetric)
    drive = new_value((count, layer.inputs.columns), np.float32)
    y = new_value((*x.shape[:-1], layer.cells), np.float32)
    clip = node.options.cell_clip
    bound = float(clip) if clip > 0 else np.inf

    def step(time: Value) -> tuple[Code, ...]:
        begun, taking = axis.taken(drive, time)
        hidden, coding = coded_rows(layer.hidden, axis.batch, layer.cells, hybrid, asymmetric)
        gates = new_value((axis.batch, layer.recurrent.columns), np.float32)
        adding = accumulated(hidden, layer.recurrent, begun, gates)
        arguments = (gates, layer.cell, layer.hidden, layer.cells, BLOCK, bound)
        chunks = axis.batch * -(-layer.cells // BLOCK)
        moving = Instruction(layer.kernel, arguments, chunks, grain=16)
        return (*taking, *coding, *adding, moving, axis.put(layer.hidden, y, time))

    before = (*encoding, *accumulated(rows, layer.inputs, layer.bias, drive))
    return Lowered((y,), (*before, *axis.each(step)))


def _fill_vectors(axis: TimeAxis, cells: int) -> bool:
    """Whether the values of all gates are in vectors: LiteRT computes those of a batch at once if
    time is the first axis."""
    run = axis.batch * cells if axis.time_major else cells
    return bool(in_vectors(run, 0).all())


def _layer(node: Node, inputs: Sequence[Source | None], batch: int) -> _Layer | None:
    numbers = UNIDIRECTIONAL
    others = (*numbers.peephole, *numbers.norm, numbers.projection, numbers.projection_bias)
    plain = all(node.optional(number) is None for number in others)
    if not plain or node.options.fused_activation_function != TANH:
        return None
    coupled = node.optional(numbers.input[INPUT]) is None
    gates = GATES[FORGET:] if coupled else GATES

    def weights(of: PerGate) -> Weights | None:
        chosen = [of[gate] for gate in gates]
        given = [inputs[number] for number in chosen]
        return joined_weights([node.operand(number) for number in chosen], given)

    inner, recurrent = weights(numbers.input), weights(numbers.recurrent)
    if inner is None or recurrent is None:
        return None
    cells = recurrent.depth
    biases = [inputs[numbers.bias[gate]] for gate in gates]
    known = [b for b in biases if isinstance(b, np.ndarray) and b.shape == (cells,)]
    wide = inner.widths == recurrent.widths == (cells,) * len(gates)
    hidden = state(node, inputs, numbers.hidden_state, batch * cells)
    cell = state(node, inputs, numbers.cell_state, batch * cells)
    alike = (inner.scales is None) == (recurrent.scales is None)
    if hidden is None or cell is None or hidden.block == cell.block or not (wide and alike):
        return None
    if len(known) < len(gates) or any(b.dtype != np.float32 for b in known):
        return None
    kernel = "recurrent.coupled_cell" if coupled else "recurrent.lstm_cell"
    return _Layer(inner, recurrent, np.concatenate(known), hidden, cell, kernel)

"""What recurrent operators do with the sums of a step: gates, states, hidden values.

cell, hidden: (rows, cells) float32. A chunk is ``block`` cells of a row, or fewer at its end.
"""

from __future__ import annotations

from kernels.compiled.eigen import ONE, logistic, tanh
from kernels.compiled.scalars import clamped
from kernels.field_types import BOOLS, FLOATS, INDEX, INT32S, NUMBER, Array
from kernels.jit import kernel


@kernel(FLOATS, FLOATS, FLOATS, INDEX, INDEX, NUMBER)
def lstm_cell(
    gates: Array,
    cell: Array,
    hidden: Array,
    cells: int,
    block: int,
    clip: float,
    begin: int,
    end: int,
) -> None:
    """An LSTM's step. gates: (rows, 4 * cells): input, forget, candidate, output."""
    blocks = (cells + block - 1) // block
    for chunk in range(begin, end):
        row, first = chunk // blocks, chunk % blocks * block
        at, state = row * 4 * cells + first, row * cells + first
        for j in range(min(block, cells - first)):
            entry = logistic(gates[at + j])
            forget = logistic(gates[at + cells + j])
            candidate = tanh(gates[at + 2 * cells + j])
            exposed = logistic(gates[at + 3 * cells + j])
            kept = clamped(forget * cell[state + j] + entry * candidate, -clip, clip)
            cell[state + j] = kept
            hidden[state + j] = exposed * tanh(kept)


@kernel(FLOATS, FLOATS, FLOATS, INDEX, INDEX, NUMBER)
def coupled_cell(
    gates: Array,
    cell: Array,
    hidden: Array,
    cells: int,
    block: int,
    clip: float,
    begin: int,
    end: int,
) -> None:
    """A step of an LSTM whose input gate is what the forget gate leaves. gates: (rows, 3 *
    cells): forget, candidate, output."""
    blocks = (cells + block - 1) // block
    for chunk in range(begin, end):
        row, first = chunk // blocks, chunk % blocks * block
        at, state = row * 3 * cells + first, row * cells + first
        for j in range(min(block, cells - first)):
            forget = logistic(gates[at + j])
            candidate = tanh(gates[at + cells + j])
            exposed = logistic(gates[at + 2 * cells + j])
            kept = clamped(forget * cell[state + j] + (ONE - forget) * candidate, -clip, clip)
            cell[state + j] = kept
            hidden[state + j] = exposed * tanh(kept)


@kernel(FLOATS, FLOATS)
def hidden_tanh(sums: Array, hidden: Array, begin: int, end: int) -> None:
    """tanh, element by element."""
    for i in range(begin, end):
        hidden[i] = tanh(sums[i])


@kernel(FLOATS, FLOATS, NUMBER, NUMBER)
def hidden_clamped(
    sums: Array, hidden: Array, low: float, high: float, begin: int, end: int
) -> None:
    """A clamp, element by element."""
    for i in range(begin, end):
        hidden[i] = clamped(sums[i], low, high)


@kernel(INT32S, BOOLS, INDEX, INDEX)
def next_step(time: Array, is_last: Array, step: int, last: int, begin: int, end: int) -> None:
    """Tells whether ``time`` is the last one, and goes on to the next."""
    is_last[0] = time[0] == last
    time[0] += step

"""What recurrent operators do with the sums of a step: gates, states, hidden values.

cell, hidden: (rows, cells) float32. A chunk is ``block`` cells of a row, or fewer at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kernels.compiled.eigen import logistic, tanh
from kernels.compiled.formulas import clamped, number
from kernels.compiled.loops import each
from kernels.compiled.runs import for_vectors
from kernels.compiled.vector_ir import FLOAT, Register, load, minimum, store
from kernels.compiled.vector_kernel import VectorSource, vector_kernel
from kernels.field_types import BOOLS, INDEX, INT32S, MEMORY, NUMBER, Array
from kernels.jit import kernel

LANES = 16
"""Cells that are computed side by side."""

Step = Callable[[Sequence[Register], Register], tuple[Register, Register]]
"""From the sums of gates and the cell: the cell before it is clipped, the output gate."""

hidden_tanh = each(tanh)


def cell_kernel(gate_count: int, step: Step) -> VectorSource:
    """An LSTM's step. gates: (rows, gate_count * cells), the sums of each gate."""

    @vector_kernel(
        **dict.fromkeys(("gates", "cell", "hidden"), MEMORY), cells=INDEX, block=INDEX, clip=NUMBER
    )
    def compute(f: Any, chunk: Register) -> None:
        blocks = (f.cells + f.block - 1) // f.block
        row, first = chunk // blocks, chunk % blocks * f.block
        gates = f.gates + (row * gate_count * f.cells + first) * FLOAT.size
        cell, hidden = (
            table + (row * f.cells + first) * FLOAT.size for table in (f.cell, f.hidden)
        )

        def turn(place: Register, mask: Register | None) -> None:
            def at(start: Register) -> Register:
                return load(start + place * FLOAT.size, FLOAT * LANES, mask)

            sums = [at(gates + f.cells * (gate * FLOAT.size)) for gate in range(gate_count)]
            made, exposed = step(sums, at(cell))
            kept = clamped(made, f.clip * -1.0, f.clip)
            store(kept, cell + place * FLOAT.size, mask)
            store(exposed * tanh(kept), hidden + place * FLOAT.size, mask)

        for_vectors(minimum(f.cells - first, f.block), LANES, turn)

    return compute


def _with_input_gate(sums: Sequence[Register], cell: Register) -> tuple[Register, Register]:
    entry, forget, candidate, exposed = sums
    made = logistic(forget) * cell + logistic(entry) * tanh(candidate)
    return made, logistic(exposed)


def _coupled(sums: Sequence[Register], cell: Register) -> tuple[Register, Register]:
    forget, candidate, exposed = sums
    kept = logistic(forget)
    made = kept * cell + (number(kept, 1.0) - kept) * tanh(candidate)
    return made, logistic(exposed)


lstm_cell = cell_kernel(4, _with_input_gate)
"""Of the gates input, forget, candidate, output."""
coupled_cell = cell_kernel(3, _coupled)
"""Of the gates forget, candidate, output: the input gate is what the forget gate leaves."""


@kernel(INT32S, BOOLS, INDEX, INDEX)
def next_step(time: Array, is_last: Array, step: int, last: int, begin: int, end: int) -> None:
    """Tells whether ``time`` is the last one, and goes on to the next."""
    is_last[0] = time[0] == last
    time[0] += step

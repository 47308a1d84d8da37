"""What a processor can do at most: products with all numbers in registers, and reading.

A chunk is the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kernels.compiled.steps import INTEGER_STEPS, LEFT_BYTES, Step, float_step
from kernels.compiled.vector_ir import INT32, Kind, Register, load, loop, store
from kernels.compiled.vector_kernel import VectorSource, vector_kernel
from kernels.field_types import INDEX, MEMORY
from kernels.isa import InstructionSet

ROWS, VECTORS = 2, 4
SUMS = ROWS * VECTORS
"""Vectors: they do not wait for each other and keep a processor busy, and with the numbers on the
left and on the right they fit in 16 registers."""


def float_products(isa: InstructionSet) -> VectorSource:
    """``sums[r, v] += left[r] * right[v]``, ``turns`` times, of float32.

    left: four bytes of each of ``ROWS`` rows; right: ``VECTORS`` vectors of columns.
    """
    return _products(float_step(isa.lanes))


def integer_products(isa: InstructionSet) -> VectorSource:
    """The same of integers, as in products by int8 weights. Each time 1 is added to the four bytes
    on the left, as an int32, so that no product stays the same."""
    return _products(INTEGER_STEPS[isa.name])


def _products(step: Step) -> VectorSource:
    @vector_kernel(left=MEMORY, right=MEMORY, sums=MEMORY, turns=INDEX)
    def multiply(f: Any, chunk: Register) -> None:
        start = [step.left(f.left + row * LEFT_BYTES) for row in range(ROWS)]
        right = _loaded(f.right, step.right, VECTORS)

        def turn(number: Register, *carried: Register) -> list[Register]:
            left, sums = carried[:ROWS], carried[ROWS:]
            made = [
                step.add(total, left[i // VECTORS], right[i % VECTORS])
                for i, total in enumerate(sums)
            ]
            return [*(row if step.sums.is_float else row + 1 for row in left), *made]

        made = loop(f.turns, [*start, *_loaded(f.sums, step.sums, SUMS)], turn)
        _store_all(made[ROWS:], f.sums)

    return multiply


def reader(isa: InstructionSet) -> VectorSource:
    """Adds ``turns`` times ``SUMS`` vectors of int32 ``words``, one after the other, to sums."""
    kind = INT32 * isa.lanes

    @vector_kernel(words=MEMORY, sums=MEMORY, turns=INDEX)
    def read(f: Any, chunk: Register) -> None:
        def turn(number: Register, *sums: Register) -> list[Register]:
            words = _loaded(f.words + number * (SUMS * kind.size), kind, SUMS)
            return [total + word for total, word in zip(sums, words, strict=True)]

        _store_all(loop(f.turns, _loaded(f.sums, kind, SUMS), turn), f.sums)

    return read


def _loaded(address: Register, kind: Kind, count: int) -> list[Register]:
    return [load(address + number * kind.size, kind) for number in range(count)]


def _store_all(vectors: Sequence[Register], address: Register) -> None:
    for number, vector in enumerate(vectors):
        store(vector, address + number * vector.kind.size)

"""Operators of a subgraph, one after the other, as a flat program for inputs of certain shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kernels.errors import ModelError
from kernels.flat.arena import plan_arena
from kernels.flat.assembly import LINE, Assembly, allocate, assemble
from kernels.flat.instruction import Code
from kernels.flat.team import Team
from kernels.flat.value import Block, Source, Value
from kernels.kernel import kernel, run, words
from kernels.meter import Meter
from kernels.node import Array

LOOPS, OPERATIONS, STATUS, FINISHED = 0, 1, 2, 48
"""Words of the control block, as ``kernels.compiled.machine`` has them."""
CONTROL_WORDS = 64
TOO_MANY_LOOPS, TOO_MANY_OPERATIONS = 2, 3


@dataclass(frozen=True)
class Segment:
    """A flat program that is ready to run.

    ``code`` are its instructions, to print; ``inputs`` the tensors that it reads, by block;
    ``outputs`` what it makes: tensor -> where it is; ``stop`` the first step after it;
    ``operations`` what a run costs, its loops excepted.
    """

    code: tuple[Code, ...]
    assembly: Assembly
    inputs: Mapping[Block, int]
    outputs: Mapping[int, Source]
    stop: int
    operations: int
    control: Array

    def run(self, values: Mapping[int, Array], meter: Meter, team: Team) -> dict[int, Array]:
        """The outputs for the values of tensors, which must be of the shapes it was made for.

        They belong to the caller, but where they are parts of inputs. Raises ModelError
        beyond a limit.
        """
        given = {block: values[index] for block, index in self.inputs.items()}
        for word, block, offset in self.assembly.addresses:
            self.assembly.words[word] = given[block].ctypes.data + offset
        if self.code:
            self._execute(meter, team)
        return {index: self._output(place, given) for index, place in self.outputs.items()}

    def _execute(self, meter: Meter, team: Team) -> None:
        memory = self.assembly.memory.nbytes
        meter.hold(memory)
        meter.spend(self.operations)
        self.control[LOOPS] = meter.limits.loop_iterations - meter.loop_iterations
        self.control[OPERATIONS] = meter.limits.operations - meter.operations
        self.control[STATUS] = self.control[FINISHED] = 0
        if team.num_threads > 1:
            team.wake(self._assist)
        try:
            self._run_code(meter, team.num_threads)
        finally:
            self.control[FINISHED] = 1
        self._settle(meter)
        meter.hold(-memory)

    def _run_code(self, meter: Meter, num_threads: int) -> None:
        self.run_words(0, self.assembly.words.size, num_threads)

    def run_words(self, begin: int, end: int, num_threads: int = 1) -> None:
        """Executes the instructions from word ``begin`` to ``end``."""
        program = self.assembly.words
        arguments = (program, self.control, program, self.control, num_threads)
        execute = kernel("machine.execute")
        run(execute.address, np.array(words(execute, arguments)), begin, end)

    def _settle(self, meter: Meter) -> None:
        """Counts what the loops cost. Raises ModelError if that was too much."""
        limits = meter.limits
        if self.control[STATUS] not in (0, TOO_MANY_LOOPS, TOO_MANY_OPERATIONS):
            raise ModelError(
                "A compiled kernel reached beyond an array.",
                "This is a defect of the runtime: please report it with the model.",
            )
        meter.loop_iterations = limits.loop_iterations - max(0, int(self.control[LOOPS]))
        if self.control[STATUS] == TOO_MANY_LOOPS:
            meter.count_iteration()
        meter.spend(limits.operations - meter.operations - int(self.control[OPERATIONS]))

    def _assist(self) -> None:
        kernel("machine.assist")(self.assembly.words, self.control, chunks=1)

    def _output(self, place: Source, given: Mapping[Block, Array]) -> Array:
        if not isinstance(place, Value):
            return place
        if place.block in given:
            memory = given[place.block].reshape(-1).view(np.uint8)
            return _view(memory, place.offset, place)
        start = self.assembly.offsets[place.block] + place.offset
        return _view(self.assembly.memory, start, place).copy()


def _view(memory: Array, start: int, place: Value) -> Array:
    return memory[start : start + place.size].view(place.dtype).reshape(place.shape)


def make_segment(
    code: Sequence[Code],
    inputs: Mapping[Block, int],
    outputs: Mapping[int, Source],
    stop: int,
    operations: int,
) -> Segment:
    """A segment with its memory planned and its words assembled."""
    made = {place.block for place in outputs.values() if isinstance(place, Value)}
    arena = plan_arena(code, made - {*inputs}, inputs)
    control = allocate(CONTROL_WORDS * LINE // 8).view(np.int64)
    return Segment(tuple(code), assemble(code, arena), inputs, outputs, stop, operations, control)

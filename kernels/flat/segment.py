"""Operators of a subgraph, one after the other, as a flat program for inputs of certain shapes."""

from __future__ import annotations

from bisect import bisect_right
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

LOOPS, OPERATIONS, STATUS, WORK, FINISHED = 0, 1, 2, 3, 48
"""Words of the control block, as ``kernels.compiled.machine`` has them."""
CONTROL_WORDS = 64
FAILED, TOO_MANY_LOOPS, TOO_MANY_OPERATIONS = 1, 2, 3
ENDLESS = 1 << 62
"""More turns and operations than anyone waits for."""


@dataclass(frozen=True)
class Segment:
    """A flat program that is ready to run.

    ``code`` are its instructions, to print, ``owners`` the operators that they come from;
    ``inputs`` the tensors that it reads, by block; ``outputs`` what it makes: tensor -> where it
    is; ``stop`` the first step after it; ``operations`` what a run costs, turns of loops but the
    first excepted; ``size`` the bytes of its arena, ``copied`` those of the outputs in it;
    ``call`` the fields of the compiled machine, of which the last is the number of threads.
    """

    code: tuple[Code, ...]
    owners: tuple[str, ...]
    assembly: Assembly
    inputs: Mapping[Block, int]
    outputs: Mapping[int, Source]
    stop: int
    operations: int
    size: int
    copied: int
    control: Array
    call: Array

    def fits(self, meter: Meter) -> bool:
        """Whether a run is within the limits, as far as that is known before."""
        return meter.affords(self.operations, self.size + self.copied)

    def run(
        self, values: Mapping[int, Array], meter: Meter, memory: Array, team: Team
    ) -> dict[int, Array] | None:
        """The outputs for the values of tensors, which must be of the shapes it was made for.

        They belong to the caller, but where they are parts of inputs. ``memory`` is the arena.
        None if only the operators' own kernels can tell what becomes of these values, or what
        is beyond a limit: nothing is counted then, but variables may have been written to.
        Raises ModelError if loops turn more often than the limit says.
        """
        if not self.fits(meter):
            return None
        given = {block: values[index] for block, index in self.inputs.items()}
        if self.code:
            self.assembly.bind(memory, given)
            begun = self._begin(meter)
            self._execute(team)
            if not self._settle(meter, begun):
                return None
        meter.spend(self.operations)
        return {index: self._output(place, memory, given) for index, place in self.outputs.items()}

    def _begin(self, meter: Meter) -> tuple[int, int]:
        """Says what loops may cost; returns that."""
        limits = meter.limits
        turns = min(limits.loop_iterations - meter.loop_iterations, ENDLESS)
        operations = min(limits.operations - meter.operations - self.operations, ENDLESS)
        self.control[LOOPS], self.control[OPERATIONS] = turns, operations
        self.control[STATUS] = self.control[FINISHED] = 0
        return turns, operations

    def _execute(self, team: Team) -> None:
        if team.num_threads > 1:
            team.wake(self._assist)
        try:
            self._run_code(team.num_threads)
        finally:
            self.control[FINISHED] = 1

    def _run_code(self, num_threads: int) -> None:
        self.run_words(0, self.assembly.words.size, num_threads)

    def run_words(self, begin: int, end: int, num_threads: int = 1) -> None:
        """Executes the instructions from word ``begin`` to ``end``."""
        self.call[-1] = num_threads
        run(kernel("machine.execute").address, self.call, begin, end)

    def _settle(self, meter: Meter, begun: tuple[int, int]) -> bool:
        """Counts what the loops cost; false if a kernel refused the values, or that was too much.

        Raises ModelError for too many turns, and for a defect.
        """
        status = self.control[STATUS]
        if status in (FAILED, TOO_MANY_LOOPS):
            raise self._error(meter)
        if status:
            return False
        meter.loop_iterations += begun[0] - int(self.control[LOOPS])
        meter.spend(begun[1] - int(self.control[OPERATIONS]))
        return True

    def _error(self, meter: Meter) -> ModelError:
        place = bisect_right(self.assembly.places, self.control[WORK]) - 1
        where = self.owners[place]
        if self.control[STATUS] == TOO_MANY_LOOPS:
            error = meter.too_many_iterations()
            return ModelError(f"{where}: {error.problem}", error.cure)
        return ModelError(
            f"{where}: A compiled kernel reached beyond an array.",
            "This is a defect of the runtime: please report it with the model.",
        )

    def _assist(self) -> None:
        kernel("machine.assist")(self.assembly.words, self.control, chunks=1)

    def _output(self, place: Source, memory: Array, given: Mapping[Block, Array]) -> Array:
        if not isinstance(place, Value):
            return place
        if place.block in given:
            values = given[place.block].reshape(-1).view(np.uint8)
            return _view(values, place.offset, place)
        start = self.assembly.offsets[place.block] + place.offset
        return _view(memory, start, place).copy()


def _view(memory: Array, start: int, place: Value) -> Array:
    return memory[start : start + place.size].view(place.dtype).reshape(place.shape)


def make_segment(
    code: Sequence[Code],
    owners: Sequence[str],
    inputs: Mapping[Block, int],
    outputs: Mapping[int, Source],
    stop: int,
    operations: int,
) -> Segment:
    """A segment with its memory planned and its words assembled."""
    made = [
        place
        for place in outputs.values()
        if isinstance(place, Value) and place.block not in inputs
    ]
    arena = plan_arena(code, {place.block for place in made}, inputs)
    assembly = assemble(code, arena)
    control = allocate(CONTROL_WORDS * LINE // 8).view(np.int64)
    program = assembly.words
    fields = words(kernel("machine.execute"), (program, control, program, control, 1))
    return Segment(
        code=tuple(code),
        owners=tuple(owners),
        assembly=assembly,
        inputs=inputs,
        outputs=outputs,
        stop=stop,
        operations=operations,
        size=arena.size,
        copied=sum(place.size for place in made),
        control=control,
        call=np.array(fields, np.int64),
    )

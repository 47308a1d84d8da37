"""Recurrent operators over time: a loop of a flat program, one step a turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kernels.flat.copies import as_bytes, copy
from kernels.flat.instruction import Code, Instruction, Jump, Label
from kernels.flat.value import Value, new_value

SEQUENCE_RANK = 3


@dataclass(frozen=True)
class TimeAxis:
    """``length`` steps of rows of a ``batch``: (length, batch, ...) if ``time_major``, else
    (batch, length, ...)."""

    batch: int
    length: int
    time_major: bool

    @property
    def outer(self) -> int:
        """How many runs of a step's rows there are in memory."""
        return 1 if self.time_major else self.batch

    def taken(self, values: Value, time: Value) -> tuple[Value, tuple[Instruction, ...]]:
        """Of rows of all steps those of one: (batch, ...)."""
        if self.length == 1:
            return values, ()
        step = new_value((values.count // self.length,), values.dtype)
        size = step.size // self.outer
        arguments = (as_bytes(values), time, as_bytes(step), self.outer, self.length, 1, size)
        return step, (Instruction("indexing.gather_int32", arguments, self.outer, self.outer),)

    def put(self, step: Value, values: Value, time: Value) -> Instruction:
        """Writes the rows of one step among those of all."""
        if self.length == 1:
            return copy(step, values)
        size = step.size // self.outer
        arguments = (as_bytes(step), time, as_bytes(values), self.length, size)
        return Instruction("indexing.put_rows", arguments, self.outer, self.outer)

    def each(self, step: Callable[[Value], Sequence[Code]]) -> tuple[Code, ...]:
        """``step(time)`` for all steps, of which there is one at least."""
        time, is_last = (new_value((1,), dtype, changes=True) for dtype in (np.int32, np.bool_))
        if self.length == 1:
            return tuple(step(time))
        top = Label()
        going_on = Instruction("recurrent.next_step", (time, is_last, 1, self.length - 1))
        return (
            copy(np.zeros(1, np.int32), time),
            top,
            *(self._each_time(code) for code in step(time)),
            going_on,
            Jump(top, unless=is_last, turns=0),
        )

    def _each_time(self, code: Code) -> Code:
        return replace(code, runs=self.length) if isinstance(code, Instruction) else code


def sequence_axis(x: Value, time_major: bool) -> TimeAxis | None:
    """The time axis of a sequence's input, which has three dimensions."""
    if len(x.shape) != SEQUENCE_RANK:
        return None
    length, batch = x.shape[:2] if time_major else x.shape[1::-1]
    return TimeAxis(batch, length, time_major)

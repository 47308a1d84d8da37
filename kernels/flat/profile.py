"""Where the time of an invocation goes: a machine that executes one instruction at a time."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

import numpy as np

from kernels.flat.instruction import Code, Instruction, Jump, Origin
from kernels.flat.machine import Attempt, Machine, Result
from kernels.flat.segment import (
    LOOPS,
    OPERATIONS,
    STATUS,
    TOO_MANY_LOOPS,
    TOO_MANY_OPERATIONS,
    WORK,
    Segment,
)
from kernels.node import Array

PLAIN = "plain"
"""Stands for the kernel of an operator that is in no segment."""
_TRIALS = 20


@dataclass(frozen=True)
class Spent:
    """One execution of an instruction, or of an operator's plain kernel: seconds of this thread
    on a processor. ``operations`` are multiply-adds; 0 where it has none or they are not known."""

    operator: str
    kernel: str
    operations: float
    seconds: float


@dataclass
class TimingMachine(Machine):
    """Fills ``spent`` in the order of execution. One thread."""

    spent: list[Spent] = field(default_factory=list)

    def segment(
        self, place: Hashable, values: Mapping[int, Array], lower: Callable[[], Attempt]
    ) -> Segment | None:
        """The segment, timed."""

        def lower_timed() -> Attempt:
            attempt = lower()
            segment = attempt.segment
            return replace(attempt, segment=segment and _timed(segment, self.spent))

        return super().segment(place, values, lower_timed)

    def call(self, operator: str, kernel: Callable[[], Result]) -> Result:
        """Times the kernel, without what runs within it and is timed itself."""
        before = len(self.spent)
        start = time.thread_time()
        result = kernel()
        seconds = time.thread_time() - start
        within = sum(spent.seconds for spent in self.spent[before:])
        self.spent.append(Spent(operator, PLAIN, 0, seconds - within))
        return result


def _timed(segment: Segment, spent: list[Spent]) -> Segment:
    values = {part.name: getattr(segment, part.name) for part in fields(Segment)}
    return TimedSegment(**values, spent=spent)


@dataclass(frozen=True)
class TimedSegment(Segment):
    """A segment that is executed instruction by instruction, each of them timed."""

    spent: list[Spent] = field(default_factory=list)

    def _run_code(self, num_threads: int) -> None:
        places = {id(code): index for index, code in enumerate(self.code)}
        operations = _operations(self.code)
        overhead = min(self._seconds(0, 0) for _ in range(_TRIALS))
        index = 0
        while index < len(self.code) and not self.control[STATUS]:
            code = self.code[index]
            begin, end = self.assembly.places[index : index + 2]
            index += 1
            if isinstance(code, Jump) and self._jumps(begin):
                target = places[id(code.label)]
                if target < index:
                    self._turn(code, begin)
                index = target
            elif isinstance(code, Instruction):
                seconds = self._seconds(begin, end) - overhead
                self.spent.append(_spent(code, operations, max(0.0, seconds)))

    def _turn(self, jump: Jump, place: int) -> None:
        """Counts a turn of a loop, as the compiled machine does."""
        self.control[[LOOPS, OPERATIONS]] -= 1, jump.operations
        if np.any(self.control[[LOOPS, OPERATIONS]] < 0):
            self.control[WORK] = place
            self.control[STATUS] = (
                TOO_MANY_LOOPS if self.control[LOOPS] < 0 else TOO_MANY_OPERATIONS
            )

    def _seconds(self, begin: int, end: int) -> float:
        start = time.thread_time()
        self.run_words(begin, end)
        return time.thread_time() - start

    def _jumps(self, place: int) -> bool:
        """Whether the jump at that word is taken."""
        flag = int(self.assembly.words[place + 2])
        return not flag or ctypes.c_uint8.from_address(flag).value == 0


def _operations(code: Sequence[Code]) -> dict[int, float]:
    """The multiply-adds of each instruction, by its ``id``: an operator's are divided among those
    that read weights, by their size; equally where none does."""
    groups: dict[Origin, list[Instruction]] = {}
    for item in code:
        if isinstance(item, Instruction) and item.origin is not None:
            groups.setdefault(item.origin, []).append(item)
    return {
        id(item): origin.operations * share
        for origin, group in groups.items()
        for item, share in zip(group, _shares(group), strict=True)
    }


def _shares(group: Sequence[Instruction]) -> list[float]:
    sizes = [_largest_weight(item) for item in group]
    return [size / sum(sizes) if any(sizes) else 1 / len(sizes) for size in sizes]


def _largest_weight(code: Instruction) -> int:
    """Its numbers. Tables of int32 and the like say where, not what."""
    return max(
        (
            value.size
            for value in code.arguments
            if isinstance(value, np.ndarray) and (value.dtype.kind == "f" or value.itemsize <= 2)
        ),
        default=0,
    )


def _spent(code: Instruction, operations: Mapping[int, float], seconds: float) -> Spent:
    operator = "" if code.origin is None else code.origin.operator
    return Spent(operator, code.kernel, operations.get(id(code), 0), seconds)

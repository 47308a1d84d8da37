"""Where the time of an invocation goes: a machine that executes one instruction at a time."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property

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
class Stopwatch:
    """``spent`` in the order of execution; ``counted``: all seconds that it accounts for, those
    of taking times too."""

    spent: list[Spent] = field(default_factory=list)
    counted: float = 0.0


@dataclass
class TimingMachine(Machine):
    """Fills the stopwatch. One thread."""

    watch: Stopwatch = field(default_factory=Stopwatch)

    def segment(
        self, place: Hashable, values: Mapping[int, Array], lower: Callable[[], Attempt]
    ) -> Segment | None:
        """The segment, timed."""

        def lower_timed() -> Attempt:
            attempt = lower()
            segment = attempt.segment
            return replace(attempt, segment=segment and _timed(segment, self.watch))

        return super().segment(place, values, lower_timed)

    def call(self, operator: str, kernel: Callable[[], Result]) -> Result:
        """Times the kernel, without what runs within it and is timed itself."""
        before, start = self.watch.counted, time.thread_time()
        result = kernel()
        seconds = time.thread_time() - start
        within = self.watch.counted - before
        self.watch.spent.append(Spent(operator, PLAIN, 0, seconds - within))
        self.watch.counted = before + seconds
        return result


def _timed(segment: Segment, watch: Stopwatch) -> Segment:
    values = {part.name: getattr(segment, part.name) for part in fields(Segment)}
    return TimedSegment(**values, watch=watch)


@dataclass(frozen=True)
class TimedSegment(Segment):
    """A segment that is executed instruction by instruction, each of them timed."""

    watch: Stopwatch = field(default_factory=Stopwatch)

    @cached_property
    def _operations(self) -> Mapping[int, float]:
        return _operations(self.code)

    @cached_property
    def _places(self) -> Mapping[int, int]:
        return {id(code): index for index, code in enumerate(self.code)}

    @cached_property
    def _overhead(self) -> float:
        """The seconds that it takes to execute nothing."""
        return min(self._seconds(0, 0) for _ in range(_TRIALS))

    def _run_code(self, num_threads: int) -> None:
        start = time.thread_time()
        self._time_code()
        self.watch.counted += time.thread_time() - start

    def _time_code(self) -> None:
        index = 0
        while index < len(self.code) and not self.control[STATUS]:
            code = self.code[index]
            begin, end = self.assembly.places[index : index + 2]
            index += 1
            if isinstance(code, Jump) and self._jumps(begin):
                target = self._places[id(code.label)]
                if target < index:
                    self._turn(code, begin)
                index = target
            elif isinstance(code, Instruction):
                seconds = max(0.0, self._seconds(begin, end) - self._overhead)
                self.watch.spent.append(_spent(code, self._operations, seconds))

    def _turn(self, jump: Jump, place: int) -> None:
        """Counts a turn of a loop, as the compiled machine does."""
        self.control[[LOOPS, OPERATIONS]] -= jump.turns, jump.operations
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
        id(item): origin.operations * share / item.runs
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

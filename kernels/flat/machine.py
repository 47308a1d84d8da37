"""What an interpreter executes flat programs with: its threads and its arena, and the programs
made so far."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from kernels.flat.assembly import allocate
from kernels.flat.segment import Segment
from kernels.flat.team import Team
from kernels.meter import Meter
from kernels.node import Array

Result = TypeVar("Result")

KEPT_ATTEMPTS = 8
"""Sizes of its inputs for which a model keeps the segment that begins at a step."""


@dataclass(frozen=True)
class Attempt:
    """What came of lowering from some step on: a segment, or None; ``shapes`` are those of the
    tensors that were looked at."""

    shapes: Mapping[int, tuple[int, ...]]
    segment: Segment | None

    def fits(self, values: Mapping[int, Array]) -> bool:
        """Whether the same comes of it for these values."""
        return all(values[index].shape == shape for index, shape in self.shapes.items())


@dataclass
class Machine:
    """``attempts`` by subgraph and first step, those used last first. All segments have the same
    ``memory`` for their arena: one runs at a time."""

    team: Team = field(default_factory=Team)
    attempts: dict[Hashable, list[Attempt]] = field(default_factory=dict)
    memory: Array = field(default_factory=lambda: allocate(0))

    def segment(
        self, place: Hashable, values: Mapping[int, Array], lower: Callable[[], Attempt]
    ) -> Segment | None:
        """The segment that begins at a place for values of these shapes, made if there is none."""
        known = self.attempts.setdefault(place, [])
        found = next((attempt for attempt in known if attempt.fits(values)), None)
        if found is None:
            found = lower()
            known.insert(0, found)
            del known[KEPT_ATTEMPTS:]
        elif found is not known[0]:
            known.remove(found)
            known.insert(0, found)
        return found.segment

    def run(
        self, segment: Segment, values: Mapping[int, Array], meter: Meter
    ) -> dict[int, Array] | None:
        """What ``segment.run`` returns, in the machine's memory."""
        if self.memory.nbytes < segment.size and segment.fits(meter):
            self.memory = allocate(segment.size)
        return segment.run(values, meter, self.memory, self.team)

    def call(self, operator: str, kernel: Callable[[], Result]) -> Result:
        """Runs an operator that is in no segment by its kernel."""
        return kernel()

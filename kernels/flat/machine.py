"""What an interpreter executes flat programs with: its threads, and the programs made so far."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeVar

from kernels.flat.segment import Segment
from kernels.flat.team import Team

Result = TypeVar("Result")

KEPT_SEGMENTS = 256
"""More than a model has places where a segment can begin, times a few sizes of its inputs."""


@dataclass
class Machine:
    """``segments`` by subgraph, first step and shapes read; None where there is none."""

    team: Team = field(default_factory=Team)
    segments: dict[Hashable, Segment | None] = field(default_factory=dict)

    def segment(self, key: Hashable, make: Callable[[], Segment | None]) -> Segment | None:
        """The segment of that key, made and kept if there is none. The oldest goes first."""
        if key not in self.segments:
            if len(self.segments) >= KEPT_SEGMENTS:
                del self.segments[next(iter(self.segments))]
            self.segments[key] = make()
        return self.segments[key]

    def call(self, operator: str, kernel: Callable[[], Result]) -> Result:
        """Runs an operator that is in no segment by its kernel."""
        return kernel()

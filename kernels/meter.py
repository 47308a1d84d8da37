"""What the current invocation has cost so far, held against the limits."""

from __future__ import annotations

from dataclasses import dataclass, field

from kernels.errors import ModelError
from kernels.limits import Limits


@dataclass
class Meter:
    """Counts; raises ModelError where a count goes beyond its limit."""

    limits: Limits = field(default_factory=Limits)
    loop_iterations: int = 0
    operations: int = 0
    live_bytes: int = 0

    def restart(self) -> None:
        """Begins a new invocation."""
        self.loop_iterations = self.operations = self.live_bytes = 0

    def count_iteration(self) -> None:
        """One turn of a loop."""
        self.loop_iterations += 1
        if self.loop_iterations > self.limits.loop_iterations:
            raise self.too_many_iterations()

    def too_many_iterations(self) -> ModelError:
        """The error of one turn more than the limit."""
        return ModelError(
            f"The loops of the model ran {self.limits.loop_iterations} times, the limit.",
            "If they do end, pass Interpreter(..., limits=Limits(loop_iterations=...)).",
        )

    def spend(self, operations: int) -> None:
        """Multiply-adds and elements that are about to be computed."""
        self.operations += operations
        if self.operations > self.limits.operations:
            raise ModelError(
                f"The model computes {self.operations} operations so far; "
                f"the limit is {self.limits.operations}.",
                "Feed less at a time, or pass Interpreter(..., limits=Limits(operations=...)).",
            )

    def affords(self, operations: int, size: int) -> bool:
        """Whether so many operations more, and bytes more at a time, are within the limits."""
        return (
            self.operations + operations <= self.limits.operations
            and self.live_bytes + size <= self.limits.live_bytes
        )

    def hold(self, size: int) -> None:
        """Bytes that are about to be kept, or of which some were let go if ``size`` < 0."""
        self.live_bytes += size
        self.limits.check_live(self.live_bytes)

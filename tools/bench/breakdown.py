"""Where the time of our runtime goes in a model: by operator and kernel, with rates."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from kernels.flat.profile import Spent
from kernels.interpreter import Interpreter
from tools.bench.contestant import question

MOST_RUNS = 50


@dataclass(frozen=True)
class Row:
    """``count`` executions of a kernel for an operator, in one invocation; ``operations``:
    multiply-adds, 0 where they are not known."""

    operator: str
    kernel: str
    count: int
    seconds: float
    operations: float

    @property
    def rate(self) -> float:
        """Operations per second, two a multiply-add."""
        return 2 * self.operations / self.seconds if self.seconds else 0.0


def profile_file(path: Path, seconds: float = 1.0) -> tuple[Row, ...]:
    """The profile of a model, on random inputs and one thread: medians of runs that take
    ``seconds``, or of a few."""
    asked = question(path)
    interpreter = Interpreter(path)
    interpreter.profile(asked.signature.key, **asked.inputs)
    runs: list[Sequence[Spent]] = []
    end = time.perf_counter() + seconds
    while len(runs) < 2 or (time.perf_counter() < end and len(runs) < MOST_RUNS):
        runs.append(interpreter.profile(asked.signature.key, **asked.inputs))
    return rows(runs)


def rows(runs: Iterable[Sequence[Spent]]) -> tuple[Row, ...]:
    """Runs of the same executions as rows, those that take longest first."""
    grouped: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for executions in zip(*runs, strict=True):
        first = executions[0]
        seconds = median(one.seconds for one in executions)
        grouped.setdefault((first.operator, first.kernel), []).append((seconds, first.operations))
    made = (
        Row(*names, len(taken), sum(s for s, _ in taken), sum(o for _, o in taken))
        for names, taken in grouped.items()
    )
    return tuple(sorted(made, key=lambda row: (-row.seconds, row.operator, row.kernel)))

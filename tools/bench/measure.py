"""Measures a model: LiteRT and our runtime on each of its files, in one process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from kernels.errors import TfliteQuantError
from tools.bench.contestant import (
    OURS,
    RUNTIMES,
    Contestant,
    Invoke,
    difference,
    question,
    start,
)
from tools.bench.measurement import Measurement, Timed
from tools.bench.timing import clock_of, interleaved
from tools.bench.variant import FLOAT


def measure(
    model: str, files: Mapping[str, Path], threads: Sequence[int], seconds: float
) -> Measurement:
    """Times of all files on one thread, of the processor, and on several, by the wall clock.

    Each call is measured for ``seconds`` or a few rounds. A file other than the float model that
    a runtime refuses is left out. Raises InputError where LiteRT is not installed, and whatever
    a runtime raises that refuses the float model.
    """
    refused = _refusals(files)
    files = {file: path for file, path in files.items() if file not in refused}
    differences: dict[str, float] = {}
    times: list[Timed] = []
    for group in groups(list(files), threads):
        running = _start_all(group, files)
        outputs = {contestant: invoke() for contestant, invoke in running.items()}
        for file in files:
            theirs, ours = (outputs[_first(group, file, runtime)] for runtime in RUNTIMES)
            differences[file] = max(differences.get(file, 0.0), difference(ours, theirs))
        taken = interleaved(running, group[0].clock, seconds)
        times += [Timed(contestant, taken[contestant]) for contestant in group]
    sizes = {file: path.stat().st_size for file, path in files.items()}
    return Measurement(model, sizes, differences, tuple(times), refused)


def _refusals(files: Mapping[str, Path]) -> dict[str, str]:
    """Kind of file -> why a runtime does not run it."""
    refused = {}
    for file, path in files.items():
        try:
            asked = question(path)
            for runtime in RUNTIMES:
                start(Contestant(file, runtime), asked)()
        except TfliteQuantError as error:
            if file == FLOAT:
                raise
            refused[file] = error.problem
    return refused


def groups(files: Sequence[str], threads: Sequence[int]) -> list[list[Contestant]]:
    """Who is measured together: all of one thread; for more, ours of one thread with them."""
    made = []
    for count in threads:
        clock = clock_of(count)
        group = [Contestant(file, runtime, count, clock) for file in files for runtime in RUNTIMES]
        if count > 1:
            group += [Contestant(file, OURS, 1, clock) for file in files]
        made.append(group)
    return made


def _start_all(group: Sequence[Contestant], files: Mapping[str, Path]) -> dict[Contestant, Invoke]:
    asked = {file: question(path) for file, path in files.items()}
    return {contestant: start(contestant, asked[contestant.file]) for contestant in group}


def _first(group: Sequence[Contestant], file: str, runtime: str) -> Contestant:
    return next(one for one in group if (one.file, one.runtime) == (file, runtime))

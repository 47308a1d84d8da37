"""Long runs: ``python -m tests.fuzz.run COUNT [--first N]`` runs mutated files of the corpus.

Case i is the same file on every machine. A process of its own, with little memory, runs a few
thousand at a time, so that a crash or a hang is a finding too and ends only that process.
Prints the counts of all outcomes, and each finding with the number of its case; the exit code
is 1 if there was any. ``N --case FILE`` writes the file of case N. With TFLQ_GUARD=end (or begin)
what kernels are given touches pages that cannot be read: ``tests/guarded_memory.py``.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests import guarded_memory
from tests.fuzz.mutation import Seed, mutated
from tests.fuzz.target import ADDRESS_SPACE, FINDINGS, SECONDS, outcome

CORPUS = Path(__file__).parent / "corpus"
_CASES_PER_PROCESS = 25_000
_KILL_AFTER = 3_600
"""Seconds for a process: a hundred times what it needs."""


def seeds() -> list[Seed]:
    """The files of the corpus, by name."""
    return [Seed.of(path.stem, path.read_bytes()) for path in sorted(CORPUS.glob("*.tflite"))]


def case(number: int, corpus: Sequence[Seed]) -> bytes:
    """The file of a case."""
    return mutated(corpus[number % len(corpus)], Random(number))


def check(numbers: Iterable[int], corpus: Sequence[Seed]) -> tuple[Counter[str], list[str]]:
    """How many ended how, and the findings."""
    counts: Counter[str] = Counter()
    findings = []
    for number in numbers:
        content = case(number, corpus)
        start = time.process_time()
        try:
            ended = outcome(content)
        except Exception as error:
            ended = f"escaped: {type(error).__name__}: {error}"[:200]
        seconds = time.process_time() - start
        counts[ended.partition(":")[0]] += 1
        if ended in FINDINGS or ended.startswith("escaped"):
            findings.append(f"case {number}: {ended}")
        if seconds > SECONDS:
            findings.append(f"case {number}: {seconds:.1f} s")
    return counts, findings


def _child(first: int, count: int) -> None:
    """Runs cases in this process; prints what it found, and before, how far it came."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    if guarded_memory.MODE in os.environ:
        guarded_memory.install(pytest.MonkeyPatch())
    corpus = seeds()
    for number in range(len(corpus)):
        outcome(corpus[number].content)  # compiles what is to be compiled
    total: Counter[str] = Counter()
    found: list[str] = []
    for number in range(first, first + count):
        print(number, file=sys.stderr)
        counts, findings = check([number], corpus)
        total += counts
        found += findings
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"counts": total, "findings": found, "peak_kilobytes": peak}))


def run_apart(first: int, count: int) -> dict[str, Any]:
    """Runs cases in a process of its own: ``counts``, ``findings``, ``peak_kilobytes``."""
    command = [sys.executable, "-m", "tests.fuzz.run", str(count), "--first", str(first), "--child"]
    try:
        done = subprocess.run(
            command,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            capture_output=True,
            text=True,
            timeout=_KILL_AFTER,
        )
    except subprocess.TimeoutExpired as hang:
        trace = hang.stderr.decode() if isinstance(hang.stderr, bytes) else hang.stderr or ""
        return _died(trace, "hangs")
    if done.returncode:
        return _died(done.stderr, f"ends the process with {done.returncode}")
    return dict(json.loads(done.stdout))


def _died(trace: str, how: str) -> dict[str, Any]:
    last = [line for line in trace.splitlines() if line.isdigit()][-1:]
    return {"counts": {}, "findings": [f"case {last}: {how}"], "peak_kilobytes": 0}


def main(first: int, count: int) -> int:
    """Runs all cases; returns the exit code."""
    total: Counter[str] = Counter()
    found: list[str] = []
    peak = 0
    for start in range(first, first + count, _CASES_PER_PROCESS):
        size = min(_CASES_PER_PROCESS, first + count - start)
        result = run_apart(start, size)
        total.update(result["counts"])
        found += result["findings"]
        peak = max(peak, result["peak_kilobytes"])
        print(json.dumps({"counts": dict(total), "findings": found}), flush=True)
    print(json.dumps({"counts": dict(total), "peak_kilobytes": peak, "findings": found}, indent=1))
    return int(bool(found))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("count", type=int)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--case", type=Path, help="write the file of case COUNT here")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case:
        options.case.write_bytes(case(options.count, seeds()))
    elif options.child:
        _child(options.first, options.count)
    else:
        sys.exit(main(options.first, options.count))

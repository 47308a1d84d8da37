"""All that was measured of a model of the zoo, kept as JSON beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kernels.output_file import write_text
from tools.bench.breakdown import Row, profile_file
from tools.bench.contestant import RUNTIMES
from tools.bench.fresh import memory, start_seconds
from tools.bench.machine import machine
from tools.bench.measure import measure
from tools.bench.measurement import Measurement
from tools.bench.variant import OURS, files

FILE = "benchmark.json"


@dataclass(frozen=True)
class Record:
    """``machine``: what it was measured on. ``memory``: runtime -> kind of file -> bytes "held"
    and at the "peak". ``first_result``: runtime -> seconds from the start of a process, on
    our quantized model. ``profiles``: kind of file -> where our time goes."""

    measurement: Measurement
    machine: Mapping[str, str]
    memory: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)
    first_result: Mapping[str, float] = field(default_factory=dict)
    profiles: Mapping[str, Sequence[Row]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Record:
        """What ``to_json`` gave."""
        profiles = {
            kind: tuple(Row(**row) for row in rows) for kind, rows in values["profiles"].items()
        }
        measurement = Measurement.from_json(values["measurement"])
        return cls(**{**values, "measurement": measurement, "profiles": profiles})


def make_record(name: str, folder: Path, threads: Sequence[int], seconds: float) -> Record:
    """Measures all of a model's folder, and keeps the record there."""
    measured = measure(name, files(folder), threads, seconds)
    found = {kind: path for kind, path in files(folder).items() if kind in measured.bytes}
    record = Record(
        measured,
        machine(),
        {
            runtime: {kind: memory(runtime, path) for kind, path in found.items()}
            for runtime in RUNTIMES
        },
        {runtime: start_seconds(runtime, found[OURS]) for runtime in RUNTIMES},
        {kind: profile_file(path) for kind, path in found.items()},
    )
    write_text(folder / FILE, json.dumps(record.to_json(), indent=1) + "\n")
    return record


def read_record(folder: Path) -> Record | None:
    """The record of a model's folder; None if it was not measured."""
    try:
        return Record.from_json(json.loads((folder / FILE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None

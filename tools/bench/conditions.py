"""What holds for all models that are measured: the machine, its peaks, the cost of compiling."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kernels.errors import InputError
from kernels.output_file import write_text
from tools.bench.fresh import compile_seconds
from tools.bench.machine import machine
from tools.bench.peaks import Peaks, measure_peaks

FILE = "conditions.json"


@dataclass(frozen=True)
class Conditions:
    """``machine``: name -> what it is; ``compile_seconds``: of all kernels, processor time."""

    machine: Mapping[str, str]
    peaks: Peaks
    compile_seconds: float

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Conditions:
        """What ``asdict`` gave."""
        return cls(**{**values, "peaks": Peaks(**values["peaks"])})


def measure_conditions(work: Path) -> Conditions:
    """Measures them and keeps them in the folder."""
    conditions = Conditions(machine(), measure_peaks(), compile_seconds())
    write_text(work / FILE, json.dumps(asdict(conditions), indent=1) + "\n")
    return conditions


def read_conditions(work: Path) -> Conditions:
    """Those that were kept. Raises InputError if there are none."""
    try:
        return Conditions.from_json(json.loads((work / FILE).read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise InputError(
            f"Nothing of the zoo was measured in {work}.", "Run tflq bench --zoo first."
        ) from error

"""What the figures show of a model's files, as a JSON file that a build writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from kernels.errors import DataError

FORMAT = "tflq-figures-1"


@dataclass(frozen=True)
class Measured:
    """A model's files by kind: ``bytes``; ``milliseconds`` of a run on one thread, by kind and
    runtime as ``kind/runtime``; and ``top1``, empty where there are no labels."""

    model: str
    bytes: Mapping[str, int]
    milliseconds: Mapping[str, float]
    top1: Mapping[str, float]


def measured_text(machine: str, measured: Sequence[Measured]) -> str:
    """One JSON object, with the machine that the times were taken on."""
    models = [asdict(each) for each in measured]
    return json.dumps({"format": FORMAT, "machine": machine, "models": models}, indent=1) + "\n"


def read_measured(files: Iterable[Path]) -> tuple[list[str], list[Measured]]:
    """The machines and the models of all files, in their order; of a model that is there twice,
    the first. Raises DataError for what is no such file."""
    machines: dict[str, None] = {}
    models: dict[str, Measured] = {}
    for file in files:
        try:
            given = json.loads(file.read_text(encoding="utf-8"))
            found = [Measured(**each) for each in given["models"]]
            machines[given["machine"]] = None
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise DataError(
                f"{file} holds no measurements: {error}.", "Give what tools.figures.measure wrote."
            ) from error
        for each in found:
            models.setdefault(each.model, each)
    return [*machines], [*models.values()]

"""Measures the files of a model for the figures: bytes, times and top-1."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from statistics import median

from quant.evaluate import evaluate, measure
from quant.evaluation_data import EvaluationData
from quant.sample_outputs import sample_outputs
from tools.bench.measure import measure as measure_times
from tools.figures.measured import Measured
from tools.litert_runtime import LiteRtRuntime

SECONDS = 0.5
"""Of measuring, for each time."""
TOP1 = "top1"


def measure_files(
    name: str,
    files: Mapping[str, Path],
    samples: EvaluationData | None = None,
    seconds: float = SECONDS,
) -> Measured:
    """Of kinds of files, the float model's first. Times are of the processor, taken in turns, the
    median of the rounds; top-1 is of what LiteRT computes.

    Raises InputError where LiteRT is not installed, DataError for samples that do not fit.
    """
    timed = measure_times(name, files, (1,), seconds).times
    milliseconds = {
        f"{each.contestant.file}/{each.contestant.runtime}": round(1000 * median(each.seconds), 4)
        for each in timed
    }
    sizes = {kind: path.stat().st_size for kind, path in files.items()}
    judged = {}
    if samples is not None and samples.labels is not None:
        judged = {kind: _top1(path, samples) for kind, path in files.items()}
    return Measured(name, sizes, milliseconds, judged)


def _top1(path: Path, samples: EvaluationData) -> float:
    assert samples.labels is not None
    outputs = sample_outputs(LiteRtRuntime(path), samples)
    return evaluate([TOP1], [measure([TOP1], outputs, samples.labels)]).scores[TOP1].value

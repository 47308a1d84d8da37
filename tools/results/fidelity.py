"""How close a file's outputs are to the float model's, run by LiteRT, and to our runtime's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.interpreter import Interpreter
from quant.evaluate import evaluate, measure
from quant.evaluation_data import EvaluationData
from quant.sample_outputs import sample_outputs
from quant.sqnr import sqnr_db
from tools.litert_runtime import LiteRtRuntime

Array = NDArray[Any]

COMPARED = 16
"""Samples on which our runtime is compared with LiteRT."""


@dataclass(frozen=True)
class Fidelity:
    """``accuracy``: top-1 in [0, 1], None without labels; ``sqnr_db`` of all outputs against the
    float model's, None for the float model; ``difference`` of our runtime's outputs, relative to
    the largest output."""

    bytes: int
    accuracy: float | None
    sqnr_db: float | None
    difference: float


def measure_files(files: Mapping[str, Path], samples: EvaluationData) -> dict[str, Fidelity]:
    """Of each file by its kind; the first is the float model."""
    outputs = {kind: outputs_of(path, samples) for kind, path in files.items()}
    reference = next(iter(outputs.values()))
    return {
        kind: Fidelity(
            files[kind].stat().st_size,
            _accuracy(values, samples),
            None if values is reference else _sqnr(reference, values),
            litert_difference(files[kind], samples),
        )
        for kind, values in outputs.items()
    }


def outputs_of(path: Path, samples: EvaluationData) -> dict[str, Array]:
    """Output name -> (N, ...) that LiteRT makes of all samples."""
    runtime = LiteRtRuntime(path)
    names = runtime.signature().outputs
    return {name: sample_outputs(runtime, samples, name) for name in names}


def _accuracy(outputs: Mapping[str, Array], samples: EvaluationData) -> float | None:
    if samples.labels is None:
        return None
    (scores,) = outputs.values()
    return evaluate(["top1"], [measure(["top1"], scores, samples.labels)]).scores["top1"].value


def _sqnr(reference: Mapping[str, Array], outputs: Mapping[str, Array]) -> float:
    """Over all outputs, as one vector."""
    joined = [
        np.concatenate([each[name].ravel() for name in reference]) for each in (reference, outputs)
    ]
    return sqnr_db(*joined)


def litert_difference(path: Path, samples: EvaluationData) -> float:
    """Largest difference of our runtime from LiteRT over the first samples and all outputs,
    relative to the largest value of that output."""
    few = EvaluationData({name: rows[:COMPARED] for name, rows in samples.inputs.items()})
    theirs, ours = outputs_of(path, few), Interpreter(path)
    return max(
        _relative(sample_outputs(ours, few, name), expected) for name, expected in theirs.items()
    )


def _relative(value: Array, expected: Array) -> float:
    return float(np.max(np.abs(value - expected)) / np.max(np.abs(expected)))

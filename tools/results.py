"""Writes ``docs/results.md``: real SavedModels, quantized and measured, beside the incumbents.

``python -m tools.results --models MODELS --data DATA -o docs/results.md``, where both folders
hold what ``tools.measured_models`` names. Needs TensorFlow to convert, and LiteRT to compare.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from kernels.interpreter import Interpreter
from kernels.output_file import write_text
from kernels.tflite.reader import read_model
from kernels.tflite.writer import write_model
from quant.evaluate import evaluate, measure_models
from quant.evaluation_data import EvaluationData
from quant.quantizer import quantize
from quant.saved_model import convert_saved_model
from tools import command
from tools.measured_models import MODELS, Incumbents, MeasuredModel

Array = NDArray[Any]
PATH = click.Path(path_type=Path)
COMPARED = 16
"""Samples on which our runtime is compared with LiteRT."""

_HEAD = """# Results on real models

Written by `python -m tools.results`. *Ours* is `tflq quantize` with no options, run by this
project's runtime, all measured in one run. *TF* is TensorFlow 2.21's converter with
`Optimize.DEFAULT`, *lq* litert-quantizer 0.11.0 with `dynamic_wi8_afp32`: their figures were
measured before, with LiteRT 2.3.0.

SQNR is that of all outputs against the float model's. *LiteRT* is the largest difference between
this runtime's outputs and those of LiteRT (default kernels), over the largest output, for the float
and for the quantized file.

"""
_COLUMNS = (
    *("model", "bytes: float", "TF", "lq", "ours", "ratio"),
    *("top-1: float", "TF", "lq", "ours", "samples"),
    *("SQNR dB: TF", "lq", "ours", "LiteRT: float", "quantized"),
)
_UNLABELLED = """
Models without accuracy have no labelled data here: their samples are generated, seeded, and show
fidelity only; the incumbents' SQNR is of other samples there. The samples of the others are real,
the same for all; kws, resnet8 and efficientnet were given more of them for the incumbents' top-1.
"""


@dataclass(frozen=True)
class Measurement:
    """One row; accuracies in [0, 1] or None, SQNR in dB, differences relative."""

    name: str
    incumbents: Incumbents
    float_bytes: int
    bytes: int
    samples: int
    float_accuracy: float | None
    accuracy: float | None
    sqnr_db: float | None
    float_difference: float
    difference: float

    def row(self) -> str:
        """The measurement as a row of the table."""
        others = self.incumbents
        cells = [
            self.name,
            f"{self.float_bytes:,}",
            f"{others.tf_bytes:,}",
            f"{others.litert_bytes:,}",
            f"**{self.bytes:,}**",
            f"{self.float_bytes / self.bytes:.2f}",
            _accuracy(self.float_accuracy),
            _accuracy(others.tf_accuracy),
            _accuracy(others.litert_accuracy),
            _accuracy(self.accuracy),
            str(self.samples),
            f"{others.tf_sqnr_db:.1f}",
            f"{others.litert_sqnr_db:.1f}",
            "-" if self.sqnr_db is None else f"{self.sqnr_db:.1f}",
            f"{self.float_difference:.0e}",
            f"{self.difference:.0e}",
        ]
        return _row(cells)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _accuracy(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def measure(model: MeasuredModel, models: Path, data: Path) -> Measurement:
    """Converts, quantizes and runs one model."""
    with tempfile.TemporaryDirectory() as folder:
        float_file, quantized_file = Path(folder, "float.tflite"), Path(folder, "int8.tflite")
        convert_saved_model(models / model.name, float_file)
        write_model(quantize(read_model(float_file)).model, quantized_file)
        reference, quantized = Interpreter(float_file), Interpreter(quantized_file)
        (name,) = quantized.signature().inputs
        samples = model.samples(data, name)
        metric = "cosine" if samples.labels is None else "top1"
        output = next(iter(quantized.signature().outputs))
        measured = measure_models([metric], samples, quantized, reference, output)
        found = evaluate([metric], [measured])
        score = found.scores[metric]
        return Measurement(
            model.name,
            model.incumbents,
            float_file.stat().st_size,
            quantized_file.stat().st_size,
            samples.samples,
            score.float_value,
            None if samples.labels is None else score.value,
            found.output_sqnr_db,
            litert_difference(float_file, reference, samples),
            litert_difference(quantized_file, quantized, samples),
        )


def litert_difference(file: Path, interpreter: Interpreter, samples: EvaluationData) -> float:
    """Largest difference from LiteRT over the first samples and all outputs, relative to the
    largest value of that output."""
    from ai_edge_litert import interpreter as litert  # type: ignore[import-untyped]

    theirs = litert.Interpreter(str(file)).get_signature_runner()
    worst = 0.0
    for i in range(min(COMPARED, samples.samples)):
        inputs = {
            name: np.ascontiguousarray(values[i : i + 1], np.float32)
            for name, values in samples.inputs.items()
        }
        ours = interpreter.invoke(None, **inputs)
        for name, expected in theirs(**inputs).items():
            worst = max(worst, _relative(ours[name], expected))
    return worst


def _relative(value: Array, expected: Array) -> float:
    return float(np.max(np.abs(value - expected)) / np.max(np.abs(expected)))


def table(measurements: Sequence[Measurement]) -> str:
    """The whole page."""
    head = _HEAD + _row(_COLUMNS) + _row(["---"] * len(_COLUMNS))
    return head + "".join(m.row() for m in measurements) + _UNLABELLED


@click.command("results", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.option("--models", type=PATH, required=True, help="Folder of SavedModels.")
@click.option("--data", type=PATH, required=True, help="Folder of evaluation data.")
@click.option("--only", multiple=True, help="Measure this model only; repeatable.")
@click.option("-o", "--output", type=PATH, help="The page; without it, rows are printed.")
def results(models: Path, data: Path, only: tuple[str, ...], output: Path | None) -> None:
    """Measure the real models and write the table."""
    chosen = [model for model in MODELS if not only or model.name in only]
    measurements = []
    for model in chosen:
        measurements.append(measure(model, models, data))
        click.echo(measurements[-1].row(), nl=False)
    if output is not None:
        write_text(output, table(measurements))


def main(argv: list[str] | None = None) -> int:
    """Runs the program; returns the exit code."""
    return command.run(results, argv)


if __name__ == "__main__":
    raise SystemExit(main())

"""Writes ``docs/accuracy.md``: what each way to keep accuracy gives, on real models.

``python -m tools.accuracy_table --models MODELS --data DATA -o docs/accuracy.md``, where MODELS has
a ``<name>/float.tflite`` for each of ``tools.measured_models`` and DATA what their samples are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from kernels.interpreter import Interpreter
from kernels.model import Model
from kernels.output_file import write_text
from kernels.parallel import processors
from kernels.tflite.reader import read_model
from quant.channel_groups import channel_groups
from quant.equalization import scale_channels
from quant.evaluation_data import EvaluationData
from quant.quantizer import quantize
from quant.recipe import Recipe
from quant.sample_outputs import sample_outputs
from quant.sqnr import sqnr_db
from tools import command
from tools.measured_models import MODELS, SEED, MeasuredModel

Array = NDArray[Any]
PATH = click.Path(path_type=Path)

CALIBRATION = 32
MOST_SAMPLES = 200
SPOILED = "kws"
"""The model of which a copy gets badly scaled channels."""
SPOILED_EXPONENTS = 6

SCHEMES: Mapping[str, Recipe] = MappingProxyType(
    {
        "dynamic_range, int8 per channel": Recipe(),
        "weight_only_int8 for tflite_micro, one scale": Recipe(
            scheme="weight_only_int8", target_runtime="tflite_micro"
        ),
        "int4 per channel": Recipe(scheme="int4"),
    }
)
_OFF: Mapping[str, Any] = MappingProxyType(
    {"rounding": "nearest", "equalization": False, "bias_correction": False}
)
STEPS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "nearest": _OFF,
        "balanced": {**_OFF, "rounding": "auto"},
        "equalized": {**_OFF, "rounding": "auto", "equalization": True},
        "corrected": {},
    }
)
"""Each with what those before it do; the last with data."""

_HEAD = f"""# Accuracy without training

Written by `python -m tools.accuracy_table`. Each cell is the SQNR in dB of the model's output
(before a last SOFTMAX) against the float model's, and top-1 accuracy where there are labels.
Columns add up:

* *nearest*: every weight is rounded to nearest, with a scale of least error (`clipping`).
* *balanced* (`rounding = auto`): in int4, and where channels share a scale, some weights are
  rounded to the other side, so that the errors of a channel cancel. Activations are seldom around
  zero, and a sum of errors shifts an output's mean. Needs no data.
* *equalized* (`equalization`): channels of small weights are scaled up, and the layer that reads
  them down, by powers of two: the float model computes the same bits. Only where the measured error
  of the weights halves. It does not look through RELU6, which scaling would move. Needs
  no data.
* *corrected* (`bias_correction`): the mean error that is left is measured on {CALIBRATION} samples
  (half of them, where there are few), and taken off the biases. Results are of the other samples.

The first column is the float model's top-1. Where a cell equals the one before it, the step did
nothing. Differences below 1 dB, and of a sample or two, are chance. Models without labels have
generated samples.
"""
_TAIL = f"""
*{SPOILED}, spoiled* computes what {SPOILED} does, with each channel scaled by a random power of
two from 2^-{SPOILED_EXPONENTS} to 2^{SPOILED_EXPONENTS}: what folded batch norms leave, made worse.
"""


@dataclass(frozen=True)
class Row:
    """A model with one scheme: SQNR in dB and accuracy (None: no labels) of each step."""

    name: str
    scheme: str
    float_accuracy: float | None
    cells: Sequence[tuple[float, float | None]]

    def text(self) -> str:
        """The row of the table."""
        cells = [f"{db:.1f}{_accuracy(value, ', ')}" for db, value in self.cells]
        return _line([self.name, _accuracy(self.float_accuracy) or "-", *cells])


def _accuracy(value: float | None, before: str = "") -> str:
    return "" if value is None else f"{before}{value:.3f}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def measure(name: str, model: Model, samples: EvaluationData) -> list[Row]:
    """The rows of a model, one for each scheme."""
    model = without_softmax(model)
    count = min(CALIBRATION, samples.samples // 2)
    calibration, judged = _part(samples, 0, count), _part(samples, count, count + MOST_SAMPLES)
    reference = _outputs(model, judged)
    return [
        Row(
            name,
            scheme,
            _top1(reference, judged),
            [
                _cell(model, replace(recipe, **step), calibration, judged, reference)
                for step in STEPS.values()
            ],
        )
        for scheme, recipe in SCHEMES.items()
    ]


def _cell(
    model: Model,
    recipe: Recipe,
    calibration: EvaluationData,
    judged: EvaluationData,
    reference: Array,
) -> tuple[float, float | None]:
    made = quantize(model, recipe, calibration if recipe.bias_correction else None).model
    outputs = _outputs(made, judged)
    return sqnr_db(reference, outputs), _top1(outputs, judged)


def _outputs(model: Model, samples: EvaluationData) -> Array:
    interpreter = Interpreter(model, num_threads=processors())
    return sample_outputs(interpreter, samples, next(iter(interpreter.signature().outputs)))


def _top1(outputs: Array, samples: EvaluationData) -> float | None:
    if samples.labels is None:
        return None
    chosen = outputs.reshape(len(outputs), -1).argmax(axis=1)
    return float(np.mean(chosen == samples.labels.reshape(-1)))


def _part(samples: EvaluationData, begin: int, end: int) -> EvaluationData:
    inputs = {name: values[begin:end] for name, values in samples.inputs.items()}
    labels = samples.labels
    return EvaluationData(inputs, None if labels is None else labels[begin:end])


def without_softmax(model: Model) -> Model:
    """The model up to its last operator, if that is a SOFTMAX that makes the only output: a
    saturated one hides errors."""
    graph = model.subgraphs[0]
    last = graph.operators[-1]
    if last.name != "SOFTMAX" or last.outputs != graph.outputs or len(model.signatures) != 1:
        return model
    (logits,) = last.inputs
    cut = replace(graph, outputs=(logits,), operators=graph.operators[:-1])
    (signature,) = model.signatures
    signature = replace(signature, outputs=dict.fromkeys(signature.outputs, logits))
    return replace(model, subgraphs=(cut, *model.subgraphs[1:]), signatures=(signature,))


def spoiled(model: Model) -> Model:
    """The model with its channels scaled by random powers of two, which computes the same."""
    generator = np.random.default_rng(SEED)
    for group in channel_groups(model):
        exponents = generator.integers(-SPOILED_EXPONENTS, SPOILED_EXPONENTS + 1, group.channels)
        scaled = scale_channels(model, group, np.exp2(exponents).astype(np.float32))
        model = model if scaled is None else scaled
    return model


def table(rows: Sequence[Row]) -> str:
    """The whole page."""
    columns = ("model", "float", *STEPS)
    parts = [_HEAD]
    for scheme in SCHEMES:
        parts += [f"\n## {scheme}\n\n", _line(columns), _line(["---"] * len(columns))]
        parts += [row.text() for row in rows if row.scheme == scheme]
    return "".join([*parts, _TAIL])


def _measured(model: MeasuredModel, models: Path, data: Path) -> list[Row]:
    known = read_model(models / model.name / "float.tflite")
    (name,) = Interpreter(known).signature().inputs
    samples = model.samples(data, name)
    rows = measure(model.name, known, samples)
    if model.name == SPOILED:
        rows += measure(f"{SPOILED}, spoiled", spoiled(known), samples)
    return rows


@click.command("accuracy-table", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.option("--models", type=PATH, required=True, help="Folder of float models.")
@click.option("--data", type=PATH, required=True, help="Folder of evaluation data.")
@click.option("--only", multiple=True, help="Measure this model only; repeatable.")
@click.option("-o", "--output", type=PATH, help="The page; without it, rows are printed.")
def accuracy_table(models: Path, data: Path, only: tuple[str, ...], output: Path | None) -> None:
    """Measure the real models and write the table."""
    rows: list[Row] = []
    for model in MODELS:
        if not only or model.name in only:
            rows += _measured(model, models, data)
            click.echo("".join(row.text() for row in rows[-len(SCHEMES) :]), nl=False)
    if output is not None:
        write_text(output, table(rows))


def main(argv: list[str] | None = None) -> int:
    """Runs the program; returns the exit code."""
    return command.run(accuracy_table, argv)


if __name__ == "__main__":
    raise SystemExit(main())

"""Writes what the figures show of one model: ``python -m tools.figures.measure``."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from kernels.output_file import write_text
from kernels.signatures import chosen_signature, signatures_of
from kernels.tflite.reader import read_model
from quant.model_inputs import input_tensors
from quant.samples import read_samples
from tools import command
from tools.bench.machine import processor
from tools.bench.variant import FLOAT
from tools.figures.measured import measured_text
from tools.figures.measuring import SECONDS, measure_files
from tools.results.places import LQ, Places

PATH = click.Path(path_type=Path)


@click.command("measure", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("name")
@click.option("--float", "float_model", type=PATH, required=True, help="The float .tflite.")
@click.option("--file", "files", type=(str, PATH), multiple=True, help="A kind, and its .tflite.")
@click.option("--litert-quantizer", metavar="PYTHON", help="A Python that has it, if any.")
@click.option("--data", type=PATH, help="Samples with labels.")
@click.option("--seconds", default=SECONDS, show_default=True, help="For each time.")
@click.option("-o", "--output", type=PATH, required=True, help="The measurements, JSON.")
def measure(
    name: str,
    float_model: Path,
    files: tuple[tuple[str, Path], ...],
    litert_quantizer: str | None,
    data: Path | None,
    seconds: float,
    output: Path,
) -> None:
    """Measure the files of the model NAME: bytes, times on this machine, top-1."""
    samples = None
    if data is not None:
        model = read_model(float_model)
        inputs = input_tensors(model, chosen_signature(signatures_of(model), None))
        samples = read_samples(data, inputs)
    with tempfile.TemporaryDirectory() as folder:
        measured = {FLOAT: float_model, **dict(files)}
        if litert_quantizer:
            places = Places(Path(), Path(), Path(), Path(folder), litert_quantizer)
            measured[LQ] = places.litert(name, float_model)
        found = measure_files(name, measured, samples, seconds)
    write_text(output, measured_text(processor(), [found]))


def main(argv: list[str] | None = None) -> int:
    """Runs the program; returns the exit code."""
    return command.run(measure, argv)


if __name__ == "__main__":
    raise SystemExit(main())

"""Writes what the figures show of the real models: ``python -m tools.figures.measure_real``."""

from __future__ import annotations

from pathlib import Path

import click

from kernels.output_file import write_text
from tools import command
from tools.bench.machine import processor
from tools.bench.variant import DYNAMIC, FLOAT, OURS
from tools.figures.measured import Measured, measured_text
from tools.figures.measuring import SECONDS, measure_files
from tools.measured_models import MODELS, MeasuredModel
from tools.progress import progress
from tools.results.places import LQ, Places

PATH = click.Path(path_type=Path)


@click.command("measure-real", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.option("--models", type=PATH, required=True, help="Folder of SavedModels.")
@click.option("--data", type=PATH, required=True, help="Folder of their samples.")
@click.option("--work", type=PATH, required=True, help="Folder in which files are made and kept.")
@click.option("--litert-quantizer", metavar="PYTHON", help="A Python that has it, if any.")
@click.option("--only", multiple=True, help="Measure this model only; repeatable.")
@click.option("--seconds", default=SECONDS, show_default=True, help="For each time.")
@click.option("-o", "--output", type=PATH, required=True, help="The measurements, JSON.")
def measure_real(
    models: Path,
    data: Path,
    work: Path,
    litert_quantizer: str | None,
    only: tuple[str, ...],
    seconds: float,
    output: Path,
) -> None:
    """Measure the real models, float and as each quantizer makes them."""
    places = Places(models, data, Path(), work, litert_quantizer or "")
    chosen = [each for each in MODELS if not only or each.name in only]
    found = [_measured(places, each, seconds) for each in progress(chosen, "models")]
    write_text(output, measured_text(processor(), found))


def _measured(places: Places, model: MeasuredModel, seconds: float) -> Measured:
    float_model = places.float_model(model.name)
    files = {FLOAT: float_model, DYNAMIC: places.tensorflow(model.name)}
    if places.litert_quantizer:
        files[LQ] = places.litert(model.name, float_model)
    files[OURS] = places.ours(model.name, float_model)
    return measure_files(model.name, files, model.read(places.data, float_model), seconds)


def main(argv: list[str] | None = None) -> int:
    """Runs the program; returns the exit code."""
    return command.run(measure_real, argv)


if __name__ == "__main__":
    raise SystemExit(main())

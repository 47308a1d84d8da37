"""``tflq quantize``: a SavedModel or a float ``.tflite`` into a quantized one, with a report."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from kernels.errors import RecipeError
from kernels.output_file import write_text
from kernels.tflite.reader import read_model
from kernels.tflite.writer import write_model
from quant.plan import Plan
from quant.quantizer import quantize
from quant.report import Report
from tools import command, worker
from tools.recipe_options import given_recipe, recipe_options
from tools.summary_text import summary

PATH = click.Path(path_type=Path)


@click.command("quantize", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("model", type=PATH)
@click.option("-o", "--output", type=PATH, required=True, help="The quantized .tflite.")
@recipe_options
@click.option("--signature", help="The signature of a SavedModel to convert; '*' for all.")
@click.option("--plan", "plan_file", type=PATH, help="Writes what was decided and why, JSON.")
@click.option("--report", "report_file", type=PATH, help="Writes the report, JSON.")
@click.option("--quiet", is_flag=True, help="Prints nothing.")
def quantize_command(
    model: Path,
    output: Path,
    signature: str | None,
    plan_file: Path | None,
    report_file: Path | None,
    quiet: bool,
    recipe: Path | None,
    **options: Any,
) -> None:
    """Quantize MODEL, a SavedModel folder or a float .tflite, to a smaller .tflite."""
    chosen = given_recipe(recipe, options)
    with tempfile.TemporaryDirectory() as folder:
        source = _float_model(model, signature, Path(folder))
        result = quantize(read_model(source), chosen, folder=output.parent)
        write_model(result.model, output)
        report = replace(
            result.report,
            bytes_before=source.stat().st_size,
            bytes_after=output.stat().st_size,
        )
    _keep(plan_file, result.plan)
    _keep(report_file, report)
    if not quiet:
        click.echo(summary(model.name, report, path=str(output)))


def _float_model(model: Path, signature: str | None, folder: Path) -> Path:
    """The model itself where it is a file, else the converted SavedModel."""
    if model.is_file() and model.suffix not in {".keras", ".h5", ".pb"}:
        if signature is not None:
            raise RecipeError(
                f"--signature {signature} is given with {model}, which is converted already.",
                "Give it with a SavedModel only.",
            )
        return model
    from quant.saved_model import convert_saved_model  # a .tflite needs no converter

    converted = folder / "float.tflite"
    convert_saved_model(model, converted, signature)
    return converted


def _keep(file: Path | None, value: Plan | Report) -> None:
    if file is not None:
        write_text(file, value.to_json())


def main(argv: list[str] | None = None) -> int:
    """Runs ``tflq quantize``; returns the exit code."""
    return worker.main(quantize_command, argv)


if __name__ == "__main__":
    raise SystemExit(main())

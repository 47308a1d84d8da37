"""``tflq quantize``: a SavedModel or a float ``.tflite`` into a quantized one, with a report."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kernels.errors import RecipeError
from kernels.output_file import write_text
from kernels.tflite.reader import read_model
from kernels.tflite.writer import write_model
from quant.channels import start_loading
from quant.digest import path_digest
from quant.manifest import Material, make_manifest, read_materials
from quant.plan import Plan
from quant.quantizer import Result, quantize
from quant.report import Report
from tools import command, worker
from tools.json_output import JSON_OPTION
from tools.recipe_options import given_recipe, recipe_options
from tools.sample_options import given_samples, sample_options
from tools.summary_text import summary

if TYPE_CHECKING:
    from quant.accuracy_budget import Search

LARGE_BYTES = 1 << 22
"""Of a model whose weights are rounded by kernels, as good as always."""
PATH = click.Path(path_type=Path)


@click.command("quantize", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("model", type=PATH)
@click.option("-o", "--output", type=PATH, required=True, help="The quantized .tflite.")
@recipe_options
@sample_options(required=False)
@click.option("--signature", help="The signature of a SavedModel to convert; '*' for all.")
@click.option("--plan", "plan_file", type=PATH, help="Writes what was decided and why, JSON.")
@click.option("--report", "report_file", type=PATH, help="Writes the report, JSON.")
@click.option("--front", type=PATH, help="Writes what the search within a budget found, JSON.")
@click.option("--manifest", type=PATH, help="Writes what it was made of, an in-toto Statement.")
@click.option("--materials", type=PATH, help="What MODEL was made of, from tflq convert.")
@click.option("--quiet", is_flag=True, help="Prints nothing.")
@JSON_OPTION
def quantize_command(
    model: Path,
    output: Path,
    signature: str | None,
    plan_file: Path | None,
    report_file: Path | None,
    front: Path | None,
    manifest: Path | None,
    materials: Path | None,
    quiet: bool,
    as_json: bool,
    recipe: Path | None,
    **options: Any,
) -> None:
    """Quantize MODEL, a SavedModel folder or a float .tflite, to a smaller .tflite."""
    chosen = given_recipe(recipe, options)
    with tempfile.TemporaryDirectory() as folder:
        source = _float_model(model, signature, Path(folder))
        if source.stat().st_size >= LARGE_BYTES:
            start_loading()
        float_model = read_model(source)
        data = given_samples(float_model, None, options)
        result = quantize(float_model, chosen, data, output.parent)
        write_model(result.model, output)
        result = _with_sizes(result, source, output)
    _keep(plan_file, result.plan)
    _keep(report_file, result.report)
    _keep(front, result.search)
    if manifest is not None:
        made_of = _materials(model, materials, options)
        write_text(manifest, make_manifest(output, chosen, made_of, result))
    if as_json:
        click.echo(result.report.to_json(), nl=False)
    elif not quiet:
        click.echo(summary(model.name, result.report, path=str(output)))


def _with_sizes(result: Result, source: Path, output: Path) -> Result:
    """The result with the bytes of both files in its report."""
    before, after = source.stat().st_size, output.stat().st_size
    return replace(result, report=replace(result.report, bytes_before=before, bytes_after=after))


def _materials(
    model: Path, materials: Path | None, options: Mapping[str, Any]
) -> tuple[Material, ...]:
    """What the model was made of, by the name of the argument that gave it."""
    made_of = () if materials is None else read_materials(materials.read_text(encoding="utf-8"))
    given = [Material("model", path_digest(model))]
    if options["data"] is not None:
        given.append(Material("data", path_digest(options["data"])))
    return (*made_of, *given)


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


def _keep(file: Path | None, value: Plan | Report | Search | None) -> None:
    if file is None:
        return
    if value is None:
        raise RecipeError(
            f"--front {file} is given, but nothing was searched.", "Set --accuracy-budget."
        )
    write_text(file, value.to_json())


def main(argv: list[str] | None = None) -> int:
    """Runs ``tflq quantize``; returns the exit code."""
    return worker.main(quantize_command, argv)


if __name__ == "__main__":
    raise SystemExit(main())

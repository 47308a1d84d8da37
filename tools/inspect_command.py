"""``tflq inspect``: what a ``.tflite`` holds, or how two of them differ."""

from __future__ import annotations

from pathlib import Path

import click

from kernels.errors import InputError
from kernels.model import Model
from kernels.tflite.reader import read_model
from tools import command
from tools.inspection.contents import contents
from tools.inspection.difference import difference, difference_lines
from tools.inspection.text import graph_lines, summary_lines, tensor_lines
from tools.json_output import JSON_OPTION, json_text


@click.command("inspect", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("models", metavar="MODEL...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--diff", is_flag=True, help="Tells how the second MODEL differs from the first.")
@click.option("--graph", is_flag=True, help="Lists every operator.")
@click.option("--tensors", is_flag=True, help="Lists every tensor with its quantization.")
@JSON_OPTION
def inspect_command(
    models: tuple[Path, ...], diff: bool, graph: bool, tensors: bool, as_json: bool
) -> None:
    """Inspect MODEL, a .tflite: signatures, operators, tensors, quantization, metadata."""
    wanted = 2 if diff else 1
    if len(models) != wanted:
        raise InputError(
            f"{len(models)} models are given{' with --diff' if diff else ''}.",
            f"Name {'two' if diff else 'one, or two with --diff'}.",
        )
    read = [read_model(path) for path in models]
    if diff:
        _tell_difference(models, read, as_json)
        return
    found = contents(models[0].name, read[0], models[0].stat().st_size)
    if as_json:
        click.echo(json_text(found))
        return
    lines = summary_lines(found)
    lines += graph_lines(found) if graph else []
    lines += tensor_lines(found) if tensors else []
    click.echo("\n".join(lines))


def _tell_difference(paths: tuple[Path, ...], models: list[Model], as_json: bool) -> None:
    first, second = paths
    names, sizes = (first.name, second.name), (first.stat().st_size, second.stat().st_size)
    found = difference(names, (models[0], models[1]), sizes)
    click.echo(json_text(found) if as_json else "\n".join(difference_lines(found)))


def main(argv: list[str] | None = None) -> int:
    """Runs ``tflq inspect``; returns the exit code."""
    return command.run(inspect_command, argv)


if __name__ == "__main__":
    raise SystemExit(main())

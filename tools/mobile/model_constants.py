"""What an app's code wants to know of a model, written in the language of the file's suffix."""

from __future__ import annotations

from pathlib import Path

import click

from kernels.errors import InputError
from kernels.output_file import write_text
from tools import command
from tools.json_output import JSON_OPTION, tell_written
from tools.mobile.constants.c_header import c_header
from tools.mobile.constants.facts import ModelFacts, model_facts
from tools.mobile.constants.kotlin import kotlin
from tools.mobile.constants.swift import swift

SUFFIXES = (".kt", ".swift", ".h")


def source(facts: ModelFacts, output: Path, package: str | None) -> str:
    """The text for a file of that name. Raises InputError for a suffix of no known language."""
    if output.suffix == ".kt":
        return kotlin(facts, output.stem, package)
    if output.suffix == ".swift":
        return swift(facts, output.stem)
    if output.suffix == ".h":
        return c_header(facts, output.stem)
    raise InputError(
        f"{output} is in no language that is known here.",
        f"Let its name end in one of: {', '.join(SUFFIXES)}.",
    )


@click.command("model-constants", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("model", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The source file.")
@click.option("--asset-path", required=True, help="The path that the app opens.")
@click.option("--package", help="The Kotlin package.")
@JSON_OPTION
def model_constants(
    model: Path, output: Path, asset_path: str, package: str | None, as_json: bool
) -> None:
    """Write constants that describe MODEL, a .tflite."""
    write_text(output, source(model_facts(model, asset_path), output, package))
    tell_written(output, as_json)


def main(argv: list[str] | None = None) -> int:
    """Runs ``model-constants``; returns the exit code."""
    return command.run(model_constants, argv)


if __name__ == "__main__":
    raise SystemExit(main())

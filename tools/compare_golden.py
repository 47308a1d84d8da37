"""The action behind ``tflite_golden_test``: runs a model as when its outputs were frozen."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from kernels.interpreter import Interpreter
from kernels.output_file import write_text
from tools import command
from tools.frozen_run import differences, freeze, read_frozen_run


@click.command("compare-golden", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("model", type=click.Path(path_type=Path))
@click.option("--golden", type=click.Path(path_type=Path), required=True, help="From golden.")
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The JSON.")
def compare_golden(model: Path, golden: Path, output: Path) -> None:
    """Write how far the outputs of MODEL are from the frozen ones."""
    frozen = read_frozen_run(golden)
    run = freeze(Interpreter(model, frozen.numerics), frozen.signature, frozen.inputs)
    found = [asdict(each) for each in differences(frozen.outputs, run.outputs)]
    write_text(output, json.dumps(found, indent=1) + "\n")


def main(argv: list[str] | None = None) -> int:
    """Runs ``compare-golden``; returns the exit code."""
    return command.run(compare_golden, argv)


if __name__ == "__main__":
    raise SystemExit(main())

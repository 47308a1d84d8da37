"""``tflq golden``: freezes what a model computes, for a ``tflite_golden_test``."""

from __future__ import annotations

from pathlib import Path

import click

from kernels.interpreter import Interpreter
from tools import command
from tools.frozen_run import freeze, write_frozen_run
from tools.json_output import JSON_OPTION, tell_written
from tools.run import random_inputs, read_inputs


@click.command("golden", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("model", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The .npz.")
@click.option("--input", "given", type=click.Path(path_type=Path), help="Inputs by name, an .npz.")
@click.option("--seed", default=0, help="Of random inputs.", show_default=True)
@click.option("--signature", help="The signature to run.")
@click.option("--numerics", default="xnnpack", help="xnnpack or reference.", show_default=True)
@JSON_OPTION
def golden_command(
    model: Path,
    output: Path,
    given: Path | None,
    seed: int,
    signature: str | None,
    numerics: str,
    as_json: bool,
) -> None:
    """Freeze one run of MODEL, a .tflite: its inputs and outputs."""
    interpreter = Interpreter(model, numerics)
    called = interpreter.signature(signature)
    inputs = read_inputs(given) if given else random_inputs(interpreter, called, seed)
    write_frozen_run(output, freeze(interpreter, called.key, inputs))
    tell_written(output, as_json)


def main(argv: list[str] | None = None) -> int:
    """Runs ``tflq golden``; returns the exit code."""
    return command.run(golden_command, argv)


if __name__ == "__main__":
    raise SystemExit(main())

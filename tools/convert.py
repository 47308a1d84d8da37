"""``tflq convert``: a SavedModel into a float ``.tflite``, through TensorFlow's converter."""

from __future__ import annotations

from pathlib import Path

import click

from quant.saved_model import convert_saved_model
from quant.warm_converter import WarmConverter
from tools import command, worker


@click.command("convert", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("saved_model", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The .tflite.")
@click.option("--signature", help="The signature to convert; '*' for all.")
@click.option("--verbose", is_flag=True, help="Shows what TensorFlow says.")
@click.pass_obj
def convert(
    warm: WarmConverter | None,
    saved_model: Path,
    output: Path,
    signature: str | None,
    verbose: bool,
) -> None:
    """Convert SAVED_MODEL, a folder, to a float .tflite. Needs TensorFlow."""
    convert_saved_model(saved_model, output, signature, verbose=verbose, warm=warm)


def main(argv: list[str] | None = None) -> int:
    """Runs ``tflq convert``; returns the exit code."""
    return worker.main(convert, argv, keep=WarmConverter)


if __name__ == "__main__":
    raise SystemExit(main())

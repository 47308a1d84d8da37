"""``tflq convert``: a SavedModel into a float ``.tflite``, through TensorFlow's converter."""

from __future__ import annotations

from pathlib import Path

import click

from kernels.output_file import write_text
from quant.digest import path_digest
from quant.manifest import Material, materials_json
from quant.saved_model import convert_saved_model
from quant.warm_converter import WarmConverter
from tools import command, worker
from tools.json_output import JSON_OPTION, tell_written

_MATERIALS = "Writes the digest of SAVED_MODEL, for a manifest."


@click.command("convert", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("saved_model", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The .tflite.")
@click.option("--signature", help="The signature to convert; '*' for all.")
@click.option("--materials", type=click.Path(path_type=Path), help=_MATERIALS)
@click.option("--verbose", is_flag=True, help="Shows what TensorFlow says.")
@JSON_OPTION
@click.pass_obj
def convert(
    warm: WarmConverter | None,
    saved_model: Path,
    output: Path,
    signature: str | None,
    materials: Path | None,
    verbose: bool,
    as_json: bool,
) -> None:
    """Convert SAVED_MODEL, a folder, to a float .tflite. Needs TensorFlow."""
    convert_saved_model(saved_model, output, signature, verbose=verbose, warm=warm)
    if materials is not None:
        made_of = (Material("saved_model", path_digest(saved_model)),)
        write_text(materials, materials_json(made_of))
    tell_written(output, as_json)


def main(argv: list[str] | None = None) -> int:
    """Runs ``tflq convert``; returns the exit code."""
    return worker.main(convert, argv, keep=WarmConverter)


if __name__ == "__main__":
    raise SystemExit(main())

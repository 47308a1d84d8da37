"""``tflq pack files``: labels, vocabularies and metadata into a ``.tflite``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from kernels.errors import InputError
from kernels.tflite.reader import read_model
from kernels.tflite.writer import write_model
from tools import command
from tools.associated_files import associated_files, with_files, with_metadata
from tools.json_output import JSON_OPTION, json_text

PATH = click.Path(path_type=Path)


@click.command("files", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("model", type=PATH)
@click.argument("files", type=PATH, nargs=-1)
@click.option("--metadata", type=(str, PATH), multiple=True, help="A name, and the file it holds.")
@click.option("-o", "--output", type=PATH, required=True, help="The .tflite with them.")
@JSON_OPTION
def pack_files(
    model: Path,
    files: tuple[Path, ...],
    metadata: tuple[tuple[str, Path], ...],
    output: Path,
    as_json: bool,
) -> None:
    """Put FILES behind MODEL, a .tflite, which stays one that every runtime loads.

    They are a ZIP archive at its end, as TFLite Metadata has them; those of the same name are
    replaced.
    """
    packed = with_files(read_model(model), _contents((path.name, path) for path in files))
    packed = with_metadata(packed, _contents(metadata))
    write_model(packed, output)
    held = {name: len(content) for name, content in associated_files(packed).items()}
    names = [each.name for each in packed.metadata]
    size = output.stat().st_size
    if as_json:
        made = {"output": str(output), "bytes": size, "files": held, "metadata": names}
        click.echo(json_text(made))
    else:
        click.echo(f"{output}  {size:,} bytes: {', '.join([*held, *names]) or 'nothing packed'}")


def _contents(named: Iterable[tuple[str, Path]]) -> dict[str, bytes]:
    """Name -> content. Raises InputError for a name that is given twice and for no file."""
    found: dict[str, bytes] = {}
    for name, path in named:
        if name in found:
            raise InputError(f"'{name}' is given twice.", "Give files of different names.")
        try:
            found[name] = path.read_bytes()
        except OSError as error:
            raise InputError(
                f"{path} cannot be read: {error.strerror}.", "Name a file that is there."
            ) from error
    return found


def main(argv: list[str] | None = None) -> int:
    """Runs ``tflq pack files``; returns the exit code."""
    return command.run(pack_files, argv)


if __name__ == "__main__":
    raise SystemExit(main())

"""``tools/bazel run //examples/zoo:figures``: draws what the build measured."""

from __future__ import annotations

import os
from pathlib import Path

import click

from kernels.output_file import write_bytes
from tools import command
from tools.figures.drawing import FIGURES, draw
from tools.figures.measured import read_measured

PATH = click.Path(path_type=Path)
FOLDER = Path("docs/figures")


@click.command("figures", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("files", metavar="MEASURED...", type=PATH, nargs=-1, required=True)
@click.option("-o", "--output", type=PATH, default=FOLDER, show_default=True, help="Their folder.")
def figures(files: tuple[Path, ...], output: Path) -> None:
    """Draw size, latency and accuracy of what was MEASURED, as SVG and PNG."""
    started_in = Path(os.environ.get("BUILD_WORKSPACE_DIRECTORY", ""))
    machines, measured = read_measured(_found(file, started_in) for file in files)
    for bars in FIGURES:
        remark = ", ".join(machines) if bars.name == "latency" else ""
        for kind, content in draw(bars, measured, remark).items():
            path = started_in / output / f"{bars.name}.{kind}"
            write_bytes(path, content)
            click.echo(path)


def _found(file: Path, started_in: Path) -> Path:
    """A file of the build, which is below where Bazel starts programs; else one of the user's."""
    return file if file.exists() else started_in / file


def main(argv: list[str] | None = None) -> int:
    """Runs the program; returns the exit code."""
    return command.run(figures, argv)


if __name__ == "__main__":
    raise SystemExit(main())

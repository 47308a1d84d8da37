"""The command line ``tflq``: one command a program of this package."""

from __future__ import annotations

import click

from tools import command
from tools.bench_command import bench_command
from tools.conformance_command import conformance_command
from tools.convert import convert
from tools.evaluate import evaluate_command
from tools.evaluate_shards import evaluate_shards
from tools.golden_command import golden_command
from tools.quantize import quantize_command
from tools.report_command import report_command
from tools.run import run_command

COMMANDS = (
    convert,
    quantize_command,
    evaluate_command,
    evaluate_shards,
    run_command,
    golden_command,
    conformance_command,
    bench_command,
    report_command,
)


@click.group(
    "tflq",
    commands=[*COMMANDS],
    context_settings=command.OPTIONS_WITH_UNDERSCORES,
)
@click.version_option(package_name="tflite-quant")
def tflq() -> None:
    """Quantize TensorFlow models for phones, and verify them without TensorFlow."""


def main(argv: list[str] | None = None) -> int:
    """Runs ``tflq``; returns the exit code."""
    return command.run(tflq, argv)


if __name__ == "__main__":
    raise SystemExit(main())

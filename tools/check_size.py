"""The test behind ``tflite_size_test``: compares the size of a file with thresholds."""

from __future__ import annotations

from pathlib import Path

import click

from kernels.errors import RecipeError
from quant.threshold import Check
from tools import command, test_protocol


def size_checks(
    size: int, float_size: int | None, max_bytes: int | None, min_ratio: float | None
) -> list[Check]:
    """The checks asked for; a ratio is how many times smaller than the float model's file.

    Raises RecipeError where none is asked for, or a ratio without a float model.
    """
    checks = []
    if max_bytes is not None:
        checks.append(Check(f"bytes <= {max_bytes}", size, max_bytes - size))
    if min_ratio is not None:
        if float_size is None:
            raise RecipeError("min_ratio compares with a float model.", "Name it: --float-model.")
        ratio = float_size / max(size, 1)
        checks.append(Check(f"ratio >= {min_ratio:g}", ratio, ratio - min_ratio))
    if not checks:
        raise RecipeError("no threshold is set.", "Set max_bytes, min_ratio, or both.")
    return checks


def _text(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"


@click.command("check-size", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("model", type=click.Path(path_type=Path, exists=True))
@click.option("--float-model", type=click.Path(path_type=Path, exists=True), help="The float one.")
@click.option("--max-bytes", type=int, help="The file may have as many.")
@click.option("--min-ratio", type=float, help="It must be so many times smaller.")
@click.option("--name", default="size", help="What the report calls the test.")
@click.pass_context
def check_size(
    context: click.Context,
    model: Path,
    float_model: Path | None,
    max_bytes: int | None,
    min_ratio: float | None,
    name: str,
) -> None:
    """Judge the size of MODEL; exit code 1 where a threshold is not met."""
    float_size = float_model.stat().st_size if float_model else None
    checks = size_checks(model.stat().st_size, float_size, max_bytes, min_ratio)
    click.echo(name)
    for judged in checks:
        verdict = "PASS" if judged.passed else "FAIL"
        click.echo(f"  {verdict}  {judged.name}: {_text(judged.value)}")
    test_protocol.acknowledge_sharding()
    test_protocol.write_test_xml(name, checks)
    if not all(judged.passed for judged in checks):
        context.exit(command.NOT_MET)


def main(argv: list[str] | None = None) -> int:
    """Runs ``check-size``; returns the exit code."""
    return command.run(check_size, argv)


if __name__ == "__main__":
    raise SystemExit(main())

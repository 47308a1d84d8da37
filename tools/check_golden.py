"""The thin test behind ``tflite_golden_test``: compares measured differences with a tolerance."""

from __future__ import annotations

import json
import math
from pathlib import Path

import click

from quant.threshold import Check
from tools import command, test_protocol
from tools.frozen_run import Difference


def check(difference: Difference, tolerance: float) -> Check:
    """The check of one output; what has no number is outside every tolerance."""
    share = math.inf if difference.share is None else difference.share
    return Check(f"{difference.name} differs by <= {tolerance:g}", share, tolerance - share)


@click.command("check-golden", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("differences", type=click.Path(path_type=Path))
@click.option("--tolerance", type=float, required=True, help="Share of an output's largest value.")
@click.option("--name", default="golden", help="What the report calls the test.")
@click.pass_context
def check_golden(context: click.Context, differences: Path, tolerance: float, name: str) -> None:
    """Judge DIFFERENCES, from compare-golden; exit code 1 where one is too large."""
    found = [Difference(**each) for each in json.loads(differences.read_text(encoding="utf-8"))]
    checks = [check(each, tolerance) for each in found]
    click.echo(name)
    for difference, judged in zip(found, checks, strict=True):
        said = difference.problem or f"{judged.value:.3g} of its largest value"
        click.echo(f"  {'PASS' if judged.passed else 'FAIL'}  {judged.name}: {said}")
    test_protocol.acknowledge_sharding()
    test_protocol.write_test_xml(name, checks)
    if not all(judged.passed for judged in checks):
        click.echo(
            "If the change is meant, freeze the outputs again: tflq golden MODEL -o GOLDEN.npz"
        )
        context.exit(command.NOT_MET)


def main(argv: list[str] | None = None) -> int:
    """Runs ``check-golden``; returns the exit code."""
    return command.run(check_golden, argv)


if __name__ == "__main__":
    raise SystemExit(main())

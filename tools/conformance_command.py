"""``tflq conformance``: every operator against LiteRT, in thousands of small models."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tools import command
from tools.conformance import table
from tools.conformance.golden import read_golden
from tools.conformance.runner import against_litert
from tools.conformance.suite import OPERATORS, cases


@click.command("conformance", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.option("--operator", type=click.Choice(OPERATORS), metavar="NAME", help="Only this one.")
@click.option(
    "--golden", type=click.Path(path_type=Path), help="Frozen outputs to use instead of LiteRT."
)
@click.option("--json", "as_json", is_flag=True, help="Prints JSON.")
def conformance_command(operator: str | None, golden: Path | None, as_json: bool) -> int:
    """Compare every operator with LiteRT on generated models; exit code 1 if one differs."""
    chosen = cases(operator)
    outcomes = read_golden(golden).outcomes(chosen) if golden else against_litert(chosen)
    found = table.to_json(list(outcomes))
    click.echo(json.dumps(found, indent=2) if as_json else "\n".join(table.lines(found)))
    return command.NOT_MET if found["failures"] else command.DONE


def main(argv: list[str] | None = None) -> int:
    """Runs ``tflq conformance``; returns the exit code."""
    return command.run(conformance_command, argv)


if __name__ == "__main__":
    raise SystemExit(main())

"""The test behind ``tflite_packaged_test``: opens a finished app and looks for its models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from tools import command, test_protocol
from tools.json_output import JSON_OPTION, json_text
from tools.mobile.app import App, open_app
from tools.mobile.cures import cure_lines
from tools.mobile.packaged import Finding, find_models


def lines(app: Path, opened: App, findings: Sequence[Finding]) -> Iterator[str]:
    """A line for every finding; each fault's cures once, at the end."""
    yield f"{app.name}, {opened.format.name}"
    for finding in findings:
        if finding.fault is None:
            yield f"  PASS  {finding.place}"
        else:
            detail = f" ({finding.detail})" if finding.detail else ""
            yield f"  FAIL  {finding.place or finding.model} {finding.fault.value}{detail}"
    for fault in dict.fromkeys(f.fault for f in findings if f.fault):
        yield f"\nA model {fault.value}. Cures:"
        yield from (f"  {line}" for line in cure_lines(fault))


@click.command("check-packaged", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("app", type=click.Path(path_type=Path))
@click.argument("models", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--alignment", type=int, default=16, help="Bytes.", show_default=True)
@JSON_OPTION
@click.pass_context
def check_packaged(
    context: click.Context, app: Path, models: tuple[Path, ...], alignment: int, as_json: bool
) -> None:
    """Check that APP holds MODELS; exit code 1 where it does not."""
    opened = open_app(app)
    findings = find_models(opened, models, alignment)
    click.echo(_json(app, findings) if as_json else "\n".join(lines(app, opened, findings)))
    test_protocol.acknowledge_sharding()
    if any(finding.fault for finding in findings):
        context.exit(command.NOT_MET)


def _json(app: Path, findings: Sequence[Finding]) -> str:
    told = [
        {**asdict(each), "fault": None if each.fault is None else each.fault.name.lower()}
        for each in findings
    ]
    return json_text({"app": app.name, "findings": told})


def main(argv: list[str] | None = None) -> int:
    """Runs ``check-packaged``; returns the exit code."""
    return command.run(check_packaged, argv)


if __name__ == "__main__":
    raise SystemExit(main())

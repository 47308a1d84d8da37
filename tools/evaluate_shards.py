"""``tflq evaluate-shards``: one evaluation of what ``tflq evaluate --shard`` measured."""

from __future__ import annotations

from pathlib import Path

import click

from quant.evaluate import evaluate
from quant.measurement_file import read_measurement
from quant.metrics import METRICS
from tools import command, worker
from tools.evaluate import tell
from tools.json_output import JSON_OPTION


@click.command("evaluate-shards", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("shards", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option(
    "--metric",
    "metrics",
    default=["top1"],
    multiple=True,
    help=f"One of {', '.join(METRICS)}; repeatable.",
    show_default=True,
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Writes JSON here.")
@JSON_OPTION
def evaluate_shards(
    shards: tuple[Path, ...], metrics: tuple[str, ...], output: Path | None, as_json: bool
) -> None:
    """Evaluate the measurements SHARDS, of the same metrics, as one."""
    tell(evaluate(metrics, [read_measurement(shard) for shard in shards]), output, as_json)


def main(argv: list[str] | None = None) -> int:
    """Runs ``tflq evaluate-shards``; returns the exit code."""
    return worker.main(evaluate_shards, argv)


if __name__ == "__main__":
    raise SystemExit(main())

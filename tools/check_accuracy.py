"""The thin test behind ``tflite_accuracy_test``: reads what was measured and judges it."""

from __future__ import annotations

from pathlib import Path

import click

from quant.evaluate import Evaluation
from quant.report import Report
from quant.threshold import check_thresholds
from tools import command, test_protocol
from tools.summary_text import summary
from tools.threshold_options import given_thresholds, threshold_options


@click.command("check-accuracy", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.option("--metrics", type=click.Path(path_type=Path), required=True, help="From evaluate.")
@click.option("--report", type=click.Path(path_type=Path), help="From quantize.")
@threshold_options
@click.option("--name", default="accuracy", help="What the summary calls the model.")
@click.option("--path", help="Where the summary says that the model is.")
@click.pass_context
def check_accuracy(
    context: click.Context,
    /,
    metrics: Path,
    report: Path | None,
    name: str,
    path: str | None,
    **bounds: tuple[str, ...],
) -> None:
    """Judge measured accuracy; exit code 1 where a threshold is not met.

    METRIC= may be left out where one metric was measured. Of two bounds of a kind for a
    metric the last counts.
    """
    evaluation = Evaluation.from_json(metrics.read_text(encoding="utf-8"))
    quantization = Report.from_json(report.read_text(encoding="utf-8")) if report else None
    checks = check_thresholds(evaluation, given_thresholds(bounds, evaluation))
    click.echo(summary(name, quantization, evaluation, checks, path))
    test_protocol.acknowledge_sharding()
    test_protocol.write_test_xml(name, checks)
    test_protocol.keep_output("metrics.json", evaluation.to_json())
    if not all(check.passed for check in checks):
        context.exit(command.NOT_MET)


def main(argv: list[str] | None = None) -> int:
    """Runs ``check-accuracy``; returns the exit code."""
    return command.run(check_accuracy, argv)


if __name__ == "__main__":
    raise SystemExit(main())

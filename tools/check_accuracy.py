"""The thin test behind ``tflite_accuracy_test``: reads what was measured and judges it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from kernels.errors import RecipeError
from quant.evaluate import Evaluation
from quant.report import Report
from quant.threshold import MAX_DROP, MAX_VALUE, MIN_VALUE, Threshold, check_thresholds
from tools import command, test_protocol
from tools.summary_text import summary

KINDS = (MIN_VALUE, MAX_VALUE, MAX_DROP)


@click.command("check-accuracy", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.option("--metrics", type=click.Path(path_type=Path), required=True, help="From evaluate.")
@click.option("--report", type=click.Path(path_type=Path), help="From quantize.")
@click.option("--min-value", multiple=True, help="METRIC=NUMBER: it must reach this.")
@click.option("--max-value", multiple=True, help="METRIC=NUMBER: it must not be above this.")
@click.option("--max-drop", multiple=True, help="METRIC=NUMBER: so much worse it may be.")
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
    checks = check_thresholds(evaluation, _thresholds(bounds, evaluation))
    click.echo(summary(name, quantization, evaluation, checks, path))
    test_protocol.acknowledge_sharding()
    test_protocol.write_test_xml(name, checks)
    test_protocol.keep_output("metrics.json", evaluation.to_json())
    if not all(check.passed for check in checks):
        context.exit(command.NOT_MET)


def _thresholds(bounds: Mapping[str, Sequence[str]], evaluation: Evaluation) -> list[Threshold]:
    found = {}
    for kind in KINDS:
        for text in bounds[kind]:
            metric, number = _parsed(text, evaluation)
            found[kind, metric] = Threshold(metric, kind, number)
    return list(found.values())


def _parsed(text: str, evaluation: Evaluation) -> tuple[str, float]:
    metric, _, number = text.rpartition("=")
    if not metric and len(evaluation.scores) == 1:
        (metric,) = evaluation.scores
    try:
        return metric, float(number)
    except ValueError as error:
        raise RecipeError(
            f"threshold '{text}' has no number.", "Write a threshold as top1=0.90."
        ) from error


def main(argv: list[str] | None = None) -> int:
    """Runs ``check-accuracy``; returns the exit code."""
    return command.run(check_accuracy, argv)


if __name__ == "__main__":
    raise SystemExit(main())

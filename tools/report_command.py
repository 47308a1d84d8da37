"""``tflq report``: what quantizing did to a model, as one page that opens from disk."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from kernels.errors import DataError, RecipeError
from kernels.interpreter import Interpreter
from kernels.model import Model
from kernels.output_file import write_text
from kernels.parallel import processors
from kernels.tflite.reader import read_model
from quant.evaluate import Evaluation, evaluate, measure_models
from quant.evaluation_data import EvaluationData
from quant.make_model_report import Known, Runs, make_model_report
from quant.model_report import Front, read_front
from quant.report import Report
from quant.threshold import Check, check_thresholds
from tools import command, worker
from tools.report.node_data import node_data
from tools.report.operator_times import operator_times
from tools.report.page import page
from tools.report.terminal import terminal_summary
from tools.sample_options import given_samples, sample_options
from tools.threshold_options import KINDS, given_thresholds, threshold_options

PATH = click.Path(path_type=Path)
STANDARD_OUTPUT = Path("-")


@click.command("report", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("model", type=PATH)
@click.option("--float-model", type=PATH, required=True, help="The model it was made from.")
@sample_options(required=False)
@click.option("--signature", help="The signature to run.")
@click.option("--result", help="The output that metrics judge, where there are several.")
@click.option("--quantization", type=PATH, help="What tflq quantize --report wrote: reasons.")
@click.option("--front", type=PATH, help="What tflq quantize --front wrote.")
@click.option("--metrics", type=PATH, help="What tflq evaluate wrote, instead of measuring.")
@click.option("--metric", multiple=True, help="Measures this on the data; repeatable.")
@threshold_options
@click.option("--profile", is_flag=True, help="Times operators: no two runs are the same then.")
@click.option("--name", help="What the page calls the model; its file's name by default.")
@click.option(
    "--json", "json_file", type=PATH, help="Writes all that the page shows, JSON; - prints it."
)
@click.option("--node-data", "node_file", type=PATH, help="Writes errors for Model Explorer, JSON.")
@click.option("-o", "--output", type=PATH, required=True, help="The page, HTML.")
@click.option("--quiet", is_flag=True, help="Prints nothing.")
def report_command(
    model: Path,
    float_model: Path,
    profile: bool,
    name: str | None,
    json_file: Path | None,
    node_file: Path | None,
    output: Path,
    quiet: bool,
    **options: Any,
) -> None:
    """Report on MODEL, a quantized .tflite: size, errors by layer, and what to do about them.

    With --data layers are compared on the first samples, and with --metric all are judged.
    """
    models = read_model(float_model), read_model(model)
    sizes = float_model.stat().st_size, model.stat().st_size
    data = given_samples(models[0], options["signature"], options)
    known = _known(models, data, options)
    if profile:
        known = replace(known, times=operator_times(float_model, model))
    runs = None if data is None else Runs(data, options["signature"], processors())
    made = make_model_report(name or model.name, models, sizes, known, runs)
    write_text(output, page(made))
    if json_file == STANDARD_OUTPUT:
        click.echo(made.to_json(), nl=False)
        quiet = True
    elif json_file is not None:
        write_text(json_file, made.to_json())
    if node_file is not None:
        write_text(node_file, node_data(made))
    if not quiet:
        click.echo(terminal_summary(made, str(output)))


def _known(models: tuple[Model, Model], data: EvaluationData | None, options: Any) -> Known:
    quantization = _text(options["quantization"])
    evaluation = _evaluation(models, data, options)
    return Known(
        report=None if quantization is None else Report.from_json(quantization),
        evaluation=evaluation,
        checks=_checks(evaluation, options),
        front=_front(_text(options["front"])),
    )


def _text(file: Path | None) -> str | None:
    return None if file is None else file.read_text(encoding="utf-8")


def _front(text: str | None) -> Front | None:
    return None if text is None else read_front(json.loads(text))


def _evaluation(
    models: tuple[Model, Model], data: EvaluationData | None, options: Any
) -> Evaluation | None:
    given, metrics = _text(options["metrics"]), options["metric"]
    if given is not None:
        return Evaluation.from_json(given)
    if not metrics:
        return None
    if data is None:
        raise DataError(f"--metric {metrics[0]} is given without samples.", "Give --data.")
    before, after = (Interpreter(each, num_threads=processors()) for each in models)
    signature = options["signature"]
    measured = measure_models(metrics, data, after, before, options["result"], signature)
    return evaluate(metrics, [measured])


def _checks(evaluation: Evaluation | None, options: Any) -> tuple[Check, ...]:
    if evaluation is None:
        _require_no_thresholds(options)
        return ()
    thresholds = given_thresholds(options, evaluation)
    return check_thresholds(evaluation, thresholds) if thresholds else ()


def _require_no_thresholds(options: Any) -> None:
    for kind in KINDS:
        if options[kind]:
            raise RecipeError(
                f"--{kind.replace('_', '-')} is given, but nothing was measured.",
                "Give --metric and --data, or --metrics.",
            )


def main(argv: list[str] | None = None) -> int:
    """Runs ``tflq report``; returns the exit code."""
    return worker.main(report_command, argv)


if __name__ == "__main__":
    raise SystemExit(main())

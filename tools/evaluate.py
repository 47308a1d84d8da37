"""``tflq evaluate``: a metric of a quantized model, and of the float model it comes from."""

from __future__ import annotations

from pathlib import Path

import click

from kernels.interpreter import Interpreter
from kernels.output_file import write_text
from quant.evaluate import Evaluation, evaluate
from quant.evaluation_data import LABEL_KEY, Normalization, read_evaluation_data
from quant.metrics import METRICS
from tools import command
from tools.summary_text import evaluation_lines


@click.command("evaluate", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("model", type=click.Path(path_type=Path))
@click.option("--float-model", type=click.Path(path_type=Path), help="To compare with.")
@click.option("--data", type=click.Path(path_type=Path), required=True, help="Samples, an .npz.")
@click.option("--metric", default="top1", help=f"One of {', '.join(METRICS)}.", show_default=True)
@click.option("--label", default=LABEL_KEY, help="The labels' array.", show_default=True)
@click.option("--signature", help="The signature to run.")
@click.option("--result", help="The output to judge, where there are several.")
@click.option("--mean", default=0.0, help="Inputs are (x - mean) / std.", show_default=True)
@click.option("--std", default=1.0, show_default=True)
@click.option("--limit", type=int, help="Use the first samples only.")
@click.option("--numerics", default="xnnpack", help="xnnpack or reference.", show_default=True)
@click.option("--threads", default=1, help="How many run the samples.", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Writes JSON here.")
def evaluate_command(
    model: Path,
    float_model: Path | None,
    data: Path,
    metric: str,
    label: str,
    signature: str | None,
    result: str | None,
    mean: float,
    std: float,
    limit: int | None,
    numerics: str,
    threads: int,
    output: Path | None,
) -> None:
    """Evaluate MODEL, a .tflite, on labelled samples; no TensorFlow needed."""
    quantized = Interpreter(model, numerics, num_threads=threads)
    names = list(quantized.signature(signature).inputs)
    samples = read_evaluation_data(data, names, label, Normalization(mean, std), limit)
    reference = None
    if float_model is not None:
        reference = Interpreter(float_model, numerics, num_threads=threads)
    _tell(evaluate(quantized, samples, metric, reference, result, signature), output)


def _tell(evaluation: Evaluation, output: Path | None) -> None:
    if output is None:
        click.echo("\n".join(evaluation_lines(evaluation)))
    else:
        write_text(output, evaluation.to_json())


def main(argv: list[str] | None = None) -> int:
    """Runs ``tflq evaluate``; returns the exit code."""
    return command.run(evaluate_command, argv)


if __name__ == "__main__":
    raise SystemExit(main())

"""``tflq evaluate``: a metric of a quantized model, and of the float model it comes from."""

from __future__ import annotations

from pathlib import Path

import click

from kernels.errors import DataError
from kernels.interpreter import Interpreter
from kernels.output_file import write_text
from quant.evaluate import Evaluation, evaluate
from quant.evaluation_data import LABEL_KEY, Normalization
from quant.images import AS_IS, RESIZES
from quant.metrics import METRICS
from quant.model_inputs import input_tensors
from quant.samples import read_samples
from tools import command, worker
from tools.summary_text import evaluation_lines

_DATA = "Samples: .npz, .tfrecord, or a folder of images."


@click.command("evaluate", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("model", type=click.Path(path_type=Path))
@click.option("--float-model", type=click.Path(path_type=Path), help="To compare with.")
@click.option("--data", type=click.Path(path_type=Path), required=True, help=_DATA)
@click.option(
    "--data-files",
    type=click.Path(path_type=Path),
    help="Lists the files of the folder that count, a path a line; all if not given.",
)
@click.option(
    "--resize",
    default=AS_IS,
    help=f"What to do with images of another size: {', '.join(RESIZES)}.",
    show_default=True,
)
@click.option("--metric", default="top1", help=f"One of {', '.join(METRICS)}.", show_default=True)
@click.option("--label", default=LABEL_KEY, help="The labels' array or feature.", show_default=True)
@click.option("--signature", help="The signature to run.")
@click.option("--result", help="The output to judge, where there are several.")
@click.option("--mean", default=0.0, help="Inputs are (x - mean) / std.", show_default=True)
@click.option("--std", default=1.0, show_default=True)
@click.option("--limit", type=click.IntRange(min=1), help="Use the first samples only.")
@click.option("--numerics", default="xnnpack", help="xnnpack or reference.", show_default=True)
@click.option("--threads", default=1, help="How many run the samples.", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Writes JSON here.")
def evaluate_command(
    model: Path,
    float_model: Path | None,
    data: Path,
    data_files: Path | None,
    resize: str,
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
    """Evaluate MODEL, a .tflite, on samples; no TensorFlow needed."""
    quantized = Interpreter(model, numerics, num_threads=threads)
    inputs = input_tensors(quantized.model, quantized.signature(signature))
    files = None if data_files is None else _listed(data_files, data)
    normalization = Normalization(mean, std)
    samples = read_samples(data, inputs, label, normalization, limit, resize, files)
    reference = None
    if float_model is not None:
        reference = Interpreter(float_model, numerics, num_threads=threads)
    _tell(evaluate(quantized, samples, metric, reference, result, signature), output)


def _listed(data_files: Path, folder: Path) -> list[str]:
    """Paths in the folder."""
    try:
        lines = data_files.read_text(encoding="utf-8").splitlines()
        return [Path(line).relative_to(folder).as_posix() for line in lines]
    except (OSError, ValueError) as error:
        raise DataError(
            f"{data_files} cannot be read as a list of files in {folder}: {error}.",
            "Write a path a line, each beginning with that of the folder.",
        ) from error


def _tell(evaluation: Evaluation, output: Path | None) -> None:
    if output is None:
        click.echo("\n".join(evaluation_lines(evaluation)))
    else:
        write_text(output, evaluation.to_json())


def main(argv: list[str] | None = None) -> int:
    """Runs ``tflq evaluate``; returns the exit code."""
    return worker.main(evaluate_command, argv)


if __name__ == "__main__":
    raise SystemExit(main())

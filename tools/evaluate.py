"""``tflq evaluate``: a metric of a quantized model, and of the float model it comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click

from kernels.errors import RecipeError
from kernels.interpreter import Interpreter
from kernels.output_file import write_text
from quant.evaluate import Evaluation, Measurement, evaluate, measure_models
from quant.measurement_file import write_measurement
from quant.metrics import METRICS
from quant.sample_outputs import Runtime, batch_size
from quant.shard import Shard, part_of
from tools import command, worker
from tools.counted_runtime import CountedRuntime
from tools.json_output import JSON_OPTION, json_text
from tools.litert_runtime import LiteRtRuntime
from tools.progress import counted
from tools.sample_options import given_samples, sample_options
from tools.summary_text import evaluation_lines

RUNTIMES: Mapping[str, Callable[..., Runtime]] = MappingProxyType(
    {"litert": LiteRtRuntime, "tflq": Interpreter}
)
"""What runs the models: LiteRT, or our own runtime."""


@click.command("evaluate", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("model", type=click.Path(path_type=Path))
@click.option("--float-model", type=click.Path(path_type=Path), help="To compare with.")
@sample_options(required=True)
@click.option(
    "--metric",
    "metrics",
    default=["top1"],
    multiple=True,
    help=f"One of {', '.join(METRICS)}; repeatable.",
    show_default=True,
)
@click.option("--signature", help="The signature to run.")
@click.option("--result", help="The output to judge, where there are several.")
@click.option("--numerics", default="xnnpack", help="xnnpack or reference.", show_default=True)
@click.option("--runtime", default="tflq", help="tflq or litert.", show_default=True)
@click.option("--shard", help="Measures a part of the samples, such as 2/5, for evaluate-shards.")
@click.option("--threads", default=1, help="How many run the samples.", show_default=True)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Writes JSON here; a shard: .npz."
)
@JSON_OPTION
def evaluate_command(
    model: Path,
    float_model: Path | None,
    metrics: tuple[str, ...],
    signature: str | None,
    result: str | None,
    numerics: str,
    runtime: str,
    shard: str | None,
    threads: int,
    output: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Evaluate MODEL, a .tflite, on samples; no TensorFlow needed."""
    load = _runtime(runtime, numerics, threads)
    quantized = load(model)
    samples = given_samples(quantized.model, signature, options)
    assert samples is not None
    if shard is not None:
        batch = batch_size(quantized, samples, signature)
        samples = part_of(samples, Shard.parse(shard).rows(samples.samples, batch))
    reference = None if float_model is None else load(float_model)
    runs = -(-samples.samples // batch_size(quantized, samples, signature))
    with counted(runs * (1 if reference is None else 2), "runs", output is None) as tick:
        measurement = measure_models(
            metrics,
            samples,
            CountedRuntime(quantized, tick),
            None if reference is None else CountedRuntime(reference, tick),
            result,
            signature,
        )
    if shard is not None:
        _write_shard(output, measurement)
        if as_json:
            click.echo(json_text({"shard": shard, "output": str(output)}))
    else:
        tell(evaluate(metrics, [measurement]), output, as_json)


def _runtime(name: str, numerics: str, threads: int) -> Callable[[Path], Runtime]:
    """What makes a runtime of a model's file."""
    if name not in RUNTIMES:
        raise RecipeError(f"unknown runtime '{name}'.", f"Choose one of {list(RUNTIMES)}.")
    return lambda model: RUNTIMES[name](model, numerics, num_threads=threads)


def _write_shard(output: Path | None, measurement: Measurement) -> None:
    if output is None:
        raise RecipeError(
            "--shard is given without --output.", "Say where the measurement is to be written."
        )
    write_measurement(output, measurement)


def tell(evaluation: Evaluation, output: Path | None, as_json: bool = False) -> None:
    """Writes the evaluation, and prints it where there is no output or JSON is wanted."""
    if output is not None:
        write_text(output, evaluation.to_json())
    if as_json:
        click.echo(evaluation.to_json(), nl=False)
    elif output is None:
        click.echo("\n".join(evaluation_lines(evaluation)))


def main(argv: list[str] | None = None) -> int:
    """Runs ``tflq evaluate``; returns the exit code."""
    return worker.main(evaluate_command, argv)


if __name__ == "__main__":
    raise SystemExit(main())

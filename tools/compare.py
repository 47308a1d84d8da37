"""``tflq compare``: two models on the same samples, their outputs and every layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from kernels.interpreter import Interpreter
from quant.layer_error import LayerError, layer_errors
from quant.output_error import OutputError, output_errors
from quant.weight_error import MOST_DB
from tools import command
from tools.bench.table import NOTHING, aligned
from tools.json_output import JSON_OPTION, json_text
from tools.progress import progress
from tools.report.anchor import shortened
from tools.sample_options import sample_options
from tools.sample_runs import sample_runs

PATH = click.Path(path_type=Path)
FORMAT = "tflq-compare-1"


@click.command("compare", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("reference", type=PATH)
@click.argument("model", type=PATH)
@sample_options(required=False)
@click.option("--seed", default=0, show_default=True, help="Of random inputs, without --data.")
@click.option("--layers/--no-layers", default=True, show_default=True, help="Compares layers too.")
@click.option("--evened-out", is_flag=True, help="Compares channels up to a power of two.")
@click.option("--worst", default=10, show_default=True, help="How many layers are told; 0: all.")
@click.option("--min-sqnr", type=float, help="dB that each output must reach; else exit code 1.")
@click.option("--threads", default=1, show_default=True, help="How many run the models.")
@JSON_OPTION
def compare_command(
    reference: Path,
    model: Path,
    seed: int,
    layers: bool,
    evened_out: bool,
    worst: int,
    min_sqnr: float | None,
    threads: int,
    as_json: bool,
    **options: Any,
) -> int:
    """Compare MODEL, a .tflite, with REFERENCE, which it was made of, layer by layer."""
    before, after = (Interpreter(each, num_threads=threads) for each in (reference, model))
    runs = sample_runs(before, None, seed, options)
    outputs = output_errors(before, after, progress(runs, "outputs"))
    found: tuple[LayerError, ...] = ()
    if layers:
        told = progress(runs, "layers")
        found = layer_errors(before.model, after.model, told, threads, evened_out)
    passed = None if min_sqnr is None else all(each.sqnr_db >= min_sqnr for each in outputs)
    if as_json:
        click.echo(json_text(_json((reference, model), len(runs), outputs, found, passed)))
    else:
        click.echo("\n".join([*_output_lines(outputs), *_layer_lines(found, worst)]))
        if passed is not None:
            click.echo(f"{'PASS' if passed else 'FAIL'}  outputs SQNR >= {min_sqnr:g} dB")
    return command.NOT_MET if passed is False else command.DONE


def _json(
    models: tuple[Path, Path],
    runs: int,
    outputs: Sequence[OutputError],
    layers: Sequence[LayerError],
    passed: bool | None,
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "models": [each.name for each in models],
        "samples": runs,
        "outputs": [asdict(each) for each in outputs],
        "layers": [asdict(each) for each in layers],
        "passed": passed,
    }


def _output_lines(outputs: Sequence[OutputError]) -> list[str]:
    head = ("output", "shape", "SQNR dB", "RMSE", "largest", "same argmax")
    rows = [
        (
            each.name,
            str([*each.shape]),
            _decibels(each.sqnr_db),
            f"{each.rmse:.3g}",
            f"{each.largest:.3g}",
            NOTHING if each.agreement is None else f"{each.agreement:.4f}",
        )
        for each in outputs
    ]
    return aligned(head, rows)


def _layer_lines(layers: Sequence[LayerError], worst: int) -> list[str]:
    """The worst layers first."""
    if not layers:
        return []
    chosen = sorted(layers, key=lambda each: (each.sqnr_db, each.operator))[: worst or None]
    head = ("layer", "operator", "SQNR dB", "lost dB", "RMSE/step", "reading")
    rows = [
        (
            shortened(each.name),
            each.kind,
            _decibels(each.sqnr_db),
            _number(each.lost_db, ".1f"),
            _number(each.steps, ".3f"),
            each.reading,
        )
        for each in chosen
    ]
    return ["", f"worst {len(chosen)} of {len(layers)} layers", *aligned(head, rows)]


def _decibels(value: float) -> str:
    return "exact" if value >= MOST_DB else f"{value:.1f}"


def _number(value: float | None, form: str) -> str:
    return NOTHING if value is None else format(value, form)


def main(argv: list[str] | None = None) -> int:
    """Runs ``tflq compare``; returns the exit code."""
    return command.run(compare_command, argv)


if __name__ == "__main__":
    raise SystemExit(main())

"""``tflq sensitivity``: what each weight's quantization alone does to the outputs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from kernels.interpreter import Interpreter
from kernels.model import Model
from kernels.tflite.reader import read_model
from quant.observed_runs import Sample
from quant.quantizer import Result, quantize
from quant.recipe import Recipe, keep_float_regex
from quant.stored_constant import StoredConstant, stored_constants
from quant.weight_effect import WeightEffect, weight_effects
from tools import command
from tools.bench.table import NOTHING, aligned
from tools.json_output import JSON_OPTION, json_text
from tools.progress import progress
from tools.recipe_options import given_recipe, recipe_options
from tools.report.anchor import shortened
from tools.report.number import decibels
from tools.sample_options import given_samples, sample_options
from tools.sample_runs import sample_runs
from tools.scheme_sensitivity import scheme_options

PATH = click.Path(path_type=Path)
FORMAT = "tflq-sensitivity-1"
WORTH_KEEPING_DB = 0.5
"""A weight is worth a line of the recipe if all outputs gain so much without it."""


@dataclass(frozen=True)
class Row:
    """A weight: what it does, what keeping it float costs in bytes, and its line of the recipe.

    ``gain_db`` is how much nearer all outputs come where it alone stays float."""

    effect: WeightEffect
    stored: StoredConstant
    gain_db: float
    regex: str
    schemes: tuple[dict[str, Any], ...] = ()

    @property
    def bytes_more(self) -> int:
        """Of the file, if it stays float."""
        return self.stored.bytes_before - self.stored.bytes_after


@click.command("sensitivity", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("model", type=PATH)
@recipe_options
@sample_options(required=False)
@click.option("--seed", default=0, show_default=True, help="Of random inputs, without --data.")
@click.option("--by-scheme", is_flag=True, help="Tries each weight in every scheme of its target.")
@click.option("--worst", default=10, show_default=True, help="How many weights are told; 0: all.")
@click.option("--threads", default=1, show_default=True, help="How many run the model.")
@JSON_OPTION
def sensitivity_command(
    model: Path,
    recipe: Path | None,
    seed: int,
    by_scheme: bool,
    worst: int,
    threads: int,
    as_json: bool,
    **options: Any,
) -> None:
    """Try each weight of MODEL, a float .tflite: quantized alone, and float alone.

    Weights are quantized as the recipe says, activations stay float: what a weight does is told
    apart from what integer kernels do.
    """
    float_model = read_model(model)
    chosen = given_recipe(recipe, options)
    runs = sample_runs(Interpreter(model), None, seed, options)
    made = quantize(float_model, chosen, given_samples(float_model, None, options))
    all_db, rows = _rows(float_model, made, runs, threads)
    if by_scheme:
        rows = _with_schemes(float_model, chosen, runs, threads, rows)
    if as_json:
        click.echo(json_text(_json(model, len(runs), all_db, rows)))
    else:
        click.echo("\n".join(_lines(all_db, rows, worst)))


def _rows(
    float_model: Model, made: Result, runs: Sequence[Sample], threads: int
) -> tuple[float, list[Row]]:
    """The outputs' SQNR with all weights quantized, and the weights, the most harmful first."""
    changed = [
        each
        for each in stored_constants(float_model, made.model, made.report)
        if each.is_changed and each.bytes_before
    ]
    places = [(each.subgraph, each.tensor) for each in changed]
    evened_out = {place for place, each in zip(places, changed, strict=True) if each.is_evened_out}
    tried = progress(places, "weights")
    effects = weight_effects(float_model, made.model, runs, tried, threads, evened_out)
    names = [each.name for each in changed]
    stored = {(each.subgraph, each.name): each for each in changed}
    return effects.all_db, [
        Row(
            each,
            stored[each.subgraph, each.name],
            each.without_db - effects.all_db,
            keep_float_regex(each.name, names),
        )
        for each in effects.weights
    ]


def _with_schemes(
    model: Model, recipe: Recipe, runs: Sequence[Sample], threads: int, rows: Sequence[Row]
) -> list[Row]:
    found = scheme_options(model, recipe, runs, threads)
    return [
        replace(row, schemes=found.get((row.effect.subgraph, row.effect.name), ())) for row in rows
    ]


def _json(model: Path, runs: int, all_db: float, rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "model": model.name,
        "samples": runs,
        "all_db": all_db,
        "weights": [
            {
                "name": row.effect.name,
                "subgraph": row.effect.subgraph,
                "type": row.stored.type,
                "alone_db": row.effect.alone_db,
                "without_db": row.effect.without_db,
                "gain_db": row.gain_db,
                "bytes_more": row.bytes_more,
                "keep_float": row.regex,
                "schemes": [*row.schemes],
            }
            for row in rows
        ],
        "keep_float": _worth_keeping(rows),
    }


def _worth_keeping(rows: Sequence[Row]) -> list[str]:
    """Regexes of the weights that cost most accuracy, the most harmful first."""
    gaining = sorted(rows, key=lambda row: (-row.gain_db, row.effect.name))
    return [row.regex for row in gaining if row.gain_db >= WORTH_KEEPING_DB]


def _lines(all_db: float, rows: Sequence[Row], worst: int) -> list[str]:
    if not rows:
        return ["The recipe changes no weight."]
    shown = rows[: worst or None]
    lines = [
        f"all weights quantized: {decibels(all_db)} dB",
        f"{len(shown)} of {len(rows)} weights, the most harmful first",
        "",
        *aligned(
            ("weight", "type", "alone dB", "without dB", "float: bytes"), [*map(_cells, shown)]
        ),
    ]
    for row in shown:
        lines += [f"{shortened(row.effect.name)}  {_schemes(row.schemes)}"] if row.schemes else []
    return [*lines, "", *_advice(rows)]


def _cells(row: Row) -> tuple[str, ...]:
    effect = row.effect
    numbers = decibels(effect.alone_db), decibels(effect.without_db), f"{row.bytes_more:+,}"
    return (shortened(effect.name), row.stored.type.lower(), *numbers)


def _schemes(schemes: Sequence[Mapping[str, Any]]) -> str:
    told = (f"{s['scheme']} {decibels(s['sqnr_db'])} dB saves {s['saved']:,}" for s in schemes)
    return "; ".join(told) or NOTHING


def _advice(rows: Sequence[Row]) -> list[str]:
    kept = _worth_keeping(rows)
    if not kept:
        return [f"No weight alone costs {WORTH_KEEPING_DB} dB: nothing to keep float."]
    more = sum(row.bytes_more for row in rows if row.regex in kept)
    lines = [f"    {json.dumps(regex)}," for regex in kept]
    return [f"If accuracy suffers, {more:,} bytes more:", "keep_float = [", *lines, "]"]


def main(argv: list[str] | None = None) -> int:
    """Runs ``tflq sensitivity``; returns the exit code."""
    return command.run(sensitivity_command, argv)


if __name__ == "__main__":
    raise SystemExit(main())

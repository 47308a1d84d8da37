"""``tflq bench``: times of our runtime beside LiteRT's, in one process, taking turns."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from kernels.errors import InputError
from kernels.flat.team import MOST_THREADS
from kernels.output_file import write_text
from tools import command
from tools.bench import text
from tools.bench.breakdown import profile_file
from tools.bench.conditions import Conditions, measure_conditions, read_conditions
from tools.bench.given_model import make_files
from tools.bench.machine import machine
from tools.bench.measure import measure
from tools.bench.page import page
from tools.bench.peaks import measure_peaks
from tools.bench.record import Record, make_record, read_record
from tools.bench.zoo import ZOO, ZooModel, build, chosen

PATH = click.Path(path_type=Path)


@click.command("bench", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("models", nargs=-1, metavar="MODEL...")
@click.option(
    "--dynamic-range",
    multiple=True,
    type=PATH,
    help="TFLite's dynamic-range file of a MODEL; repeatable, in their order.",
)
@click.option(
    "--threads",
    multiple=True,
    type=click.IntRange(1, MOST_THREADS),
    default=(1, 2),
    show_default=True,
    help="How many; repeatable.",
)
@click.option("--seconds", default=1.0, show_default=True, help="For each time.")
@click.option("--profile", is_flag=True, help="Tells where our time goes.")
@click.option("--zoo", is_flag=True, help="MODEL is a name of the zoo; none stands for all.")
@click.option("--work", type=PATH, default="zoo", show_default=True, help="The zoo's folder.")
@click.option(
    "-o", "--output", type=PATH, default="docs/benchmarks.md", show_default=True, help="Its page."
)
@click.option("--recorded", is_flag=True, help="Writes its page from what was measured before.")
@click.option("--json", "as_json", is_flag=True, help="Prints JSON.")
def bench_command(
    models: tuple[str, ...],
    dynamic_range: tuple[Path, ...],
    threads: tuple[int, ...],
    seconds: float,
    profile: bool,
    zoo: bool,
    work: Path,
    output: Path,
    recorded: bool,
    as_json: bool,
) -> None:
    """Measure each MODEL, a SavedModel folder or a float .tflite, beside LiteRT.

    Measured are the float model, TFLite's dynamic-range model of it and ours, on the same random
    inputs. --zoo builds models by name, measures them in full and writes a page.
    """
    asked = Asked(sorted({*threads}), seconds, profile)
    if recorded:
        _write_page(work, read_conditions(work), output)
        return
    if zoo:
        found = _zoo(chosen(models), work, asked, output)
    else:
        found = _given(_with_dynamic_range(models, dynamic_range), asked)
    results = []
    for record, lines in found:
        results.append(record.to_json())
        if not as_json:
            click.echo("\n".join([*lines, ""]))
    if as_json:
        click.echo(json.dumps(results, indent=2))


@dataclass(frozen=True)
class Asked:
    """How to measure."""

    threads: Sequence[int]
    seconds: float
    profile: bool


def _with_dynamic_range(
    models: Sequence[str], dynamic_range: Sequence[Path]
) -> list[tuple[str, Path | None]]:
    if not models:
        raise InputError("No model is given.", "Name one, or say --zoo.")
    if dynamic_range and len(dynamic_range) != len(models):
        raise InputError(
            f"--dynamic-range is given {len(dynamic_range)} times for {len(models)} models.",
            "Give it once for each model, or not at all.",
        )
    given: Sequence[Path | None] = dynamic_range or [None] * len(models)
    return list(zip(models, given, strict=True))


def _given(
    models: Sequence[tuple[str, Path | None]], asked: Asked
) -> Iterator[tuple[Record, list[str]]]:
    """Files and folders, measured in this process alone."""
    peaks = measure_peaks() if asked.profile else None
    for model, dynamic in models:
        with tempfile.TemporaryDirectory(prefix="tflq-bench-") as folder:
            files = make_files(Path(model), dynamic, Path(folder))
            measured = measure(model, files, asked.threads, asked.seconds)
            profiles = {
                kind: profile_file(path)
                for kind, path in files.items()
                if peaks and kind in measured.bytes
            }
        yield Record(measured, machine(), profiles=profiles), text.lines(measured, profiles, peaks)


def _zoo(
    models: Sequence[ZooModel], work: Path, asked: Asked, output: Path
) -> Iterator[tuple[Record, list[str]]]:
    """Models of the zoo, measured in full; at the end the page of all that have a record."""
    conditions = measure_conditions(work)
    for model in models:
        record = make_record(model.name, build(model, work), asked.threads, asked.seconds)
        profiles = record.profiles if asked.profile else {}
        yield record, text.lines(record.measurement, profiles, conditions.peaks)
    _write_page(work, conditions, output)


def _write_page(work: Path, conditions: Conditions, output: Path) -> None:
    records = [read_record(work / model.name) for model in ZOO]
    write_text(output, page([record for record in records if record], conditions))
    click.echo(f"Written: {output}", err=True)


def main(argv: list[str] | None = None) -> int:
    """Runs ``tflq bench``; returns the exit code."""
    return command.run(bench_command, argv)


if __name__ == "__main__":
    raise SystemExit(main())

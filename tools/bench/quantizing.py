"""Times and memory of quantizing beside litert-quantizer's: ``python -m tools.bench.quantizing``.

Every figure is of a fresh process; the quantizers take turns.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import click

from kernels.errors import InputError
from kernels.output_file import write_text
from kernels.tflite.writer import write_model
from tools import command
from tools.bench import quantizing_run
from tools.bench.large_model import COLUMNS, large_model, write_large_model
from tools.bench.machine import machine
from tools.bench.quantizing_cost import OURS, THEIRS, Cost, Measurement, Run
from tools.bench.quantizing_page import page

PATH = click.Path(path_type=Path)
TINY_BYTES = 512 * COLUMNS * 4
"""Of a model that has a quantizer load all that it needs."""


def measure(name: str, model: Path, pythons: Mapping[str, str], rounds: int) -> Measurement:
    """Quantizers, each with its Python, on a float ``.tflite``."""
    with tempfile.TemporaryDirectory(prefix="tflq-bench-") as folder:
        output, tiny = Path(folder, "output.tflite"), Path(folder, "tiny.tflite")
        write_model(large_model([bytes(TINY_BYTES)] * 2), tiny)
        runs: dict[str, list[Run]] = {quantizer: [] for quantizer in pythons}
        for _ in range(rounds):
            for quantizer, python in pythons.items():
                runs[quantizer].append(_timed(quantizer, python, model, output))
        costs = {}
        for quantizer, python in pythons.items():
            said = _said(quantizer, python, model, output, tiny)
            size = output.stat().st_size
            costs[quantizer] = Cost(runs[quantizer], int(said["peak"]), int(said["before"]), size)
    return Measurement(name, model.stat().st_size, costs)


def _timed(quantizer: str, python: str, model: Path, output: Path) -> Run:
    begin, before = time.perf_counter(), _processor_seconds()
    said = _said(quantizer, python, model, output)
    taken = time.perf_counter() - begin
    return Run(said["quantize"], taken, _processor_seconds() - before)


def _processor_seconds() -> float:
    """Of all processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _said(quantizer: str, python: str, *files: Path) -> dict[str, float]:
    """What the program prints. Raises InputError with the end of what it says if it fails."""
    program = [python, "-P", quantizing_run.__file__, quantizer, *map(str, files)]
    paths = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))} if quantizer == OURS else {}
    done = subprocess.run(
        program, env={**os.environ, **paths}, capture_output=True, text=True, errors="replace"
    )
    if done.returncode:
        raise InputError(
            f"{quantizer} failed on {files[0]}: {done.stderr.strip()[-500:]}",
            "Give a float .tflite, and a Python that has the quantizer.",
        )
    return dict(json.loads(done.stdout.splitlines()[-1]))


@click.command("quantizing", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("models", nargs=-1, metavar="MODEL.tflite...", type=PATH)
@click.option("--litert-quantizer", metavar="PYTHON", help="A Python that has it; else ours alone.")
@click.option("--rounds", default=5, show_default=True, help="Of times.")
@click.option("--gigabytes", type=float, help="Measures a made model of that size, too.")
@click.option("-o", "--output", type=PATH, help="Writes the page; else it is printed.")
def quantizing_command(
    models: tuple[Path, ...],
    litert_quantizer: str | None,
    rounds: int,
    gigabytes: float | None,
    output: Path | None,
) -> None:
    """Measure what quantizing each MODEL takes, beside litert-quantizer."""
    pythons = {OURS: sys.executable, **({THEIRS: litert_quantizer} if litert_quantizer else {})}
    measured = [measure(_name(model), model, pythons, rounds) for model in models]
    if gigabytes is not None:
        measured.append(_large(gigabytes, pythons, rounds))
    text = page(measured, machine())
    if output is None:
        click.echo(text)
    else:
        write_text(output, text)


def _name(model: Path) -> str:
    return model.parent.name if model.stem == "float" else model.stem


def _large(gigabytes: float, pythons: Mapping[str, str], rounds: int) -> Measurement:
    with tempfile.TemporaryDirectory(prefix="tflq-bench-") as folder:
        path = Path(folder, "large.tflite")
        write_large_model(path, round(gigabytes * 1e9))
        return measure(f"{gigabytes:g} GB, made", path, pythons, rounds)


if __name__ == "__main__":
    raise SystemExit(command.run(quantizing_command, None))

"""``python -m tools.results``: measures everything anew and writes ``docs/results.md``.

It needs TensorFlow (TFLQ_CONVERT_PYTHON), LiteRT, and a Python that has litert-quantizer. What the
incumbents make is kept in the work folder; what this project makes is made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from kernels.output_file import write_text
from tools import command
from tools.bench import zoo
from tools.bench.machine import processor
from tools.measured_models import MODELS, MeasuredModel
from tools.results import budgets, calibrated, real_models, zoo_models
from tools.results.places import Places

PATH = click.Path(path_type=Path)
JUDGED = ("efficientnet_lite0", "resnet8_cifar10", "kws")
"""Models with labelled data of a task that is not too easy."""

_HEAD = """# Results

Written by `python -m tools.results`, all in one run, on {machine}. The incumbents are TensorFlow's
converter and litert-quantizer 0.11.0; LiteRT 2.3.0 runs every file.

![Model size](figures/size.svg)
![Latency](figures/latency.svg)
![Accuracy](figures/accuracy.svg)

Bars of size and latency stand beside the float model's; labels are kB, ms and percent. Drawn by
`tools/bazel run //examples/zoo:figures -- docs/figures/real.measured.json`, from measurements of
their own.
"""


def _judged(only: tuple[str, ...]) -> list[MeasuredModel]:
    by_name = {model.name: model for model in MODELS}
    return [by_name[name] for name in JUDGED if not only or name in only]


SECTIONS: Mapping[str, Callable[[Places, tuple[str, ...]], str]] = {
    "real": lambda places, only: real_models.section(
        places, [model for model in MODELS if not only or model.name in only]
    ),
    "zoo": lambda places, only: zoo_models.section(
        places, [model for model in zoo.ZOO if not only or model.name in only]
    ),
    "budget": lambda places, only: budgets.section(places, _judged(only)),
    "int4": lambda places, only: calibrated.int4_section(places, _judged(only)),
    "integer": lambda places, only: calibrated.integer_section(places, _judged(only)),
}
"""Name -> what writes it, of the models chosen."""


@click.command("results", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.option("--models", type=PATH, required=True, help="Folder of SavedModels.")
@click.option("--data", type=PATH, required=True, help="Folder of their samples.")
@click.option("--zoo", "zoo_folder", type=PATH, required=True, help="Folder of tflq bench --work.")
@click.option("--work", type=PATH, required=True, help="Folder in which files are made and kept.")
@click.option("--litert-quantizer", metavar="PYTHON", required=True, help="A Python that has it.")
@click.option("--section", "sections", multiple=True, type=click.Choice([*SECTIONS]))
@click.option("--only", multiple=True, help="Measure this model only; repeatable.")
@click.option("-o", "--output", type=PATH, help="The page; without it, sections are printed.")
def results(
    models: Path,
    data: Path,
    zoo_folder: Path,
    work: Path,
    litert_quantizer: str,
    sections: tuple[str, ...],
    only: tuple[str, ...],
    output: Path | None,
) -> None:
    """Measure this project beside the incumbents and write the page."""
    places = Places(models, data, zoo_folder, work, litert_quantizer)
    made = [_HEAD.format(machine=processor())]
    for name in sections or SECTIONS:
        made.append(SECTIONS[name](places, only))
        click.echo(made[-1])
    if output is not None:
        write_text(output, "\n".join(made))


def main(argv: list[str] | None = None) -> int:
    """Runs the program; returns the exit code."""
    return command.run(results, argv)


if __name__ == "__main__":
    raise SystemExit(main())

"""Samples as options of a command line: where they are and what is done with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from kernels.errors import DataError
from kernels.model import Model
from kernels.signatures import chosen_signature, signatures_of
from quant.evaluation_data import LABEL_KEY, EvaluationData, Normalization
from quant.images import AS_IS, RESIZES
from quant.model_inputs import input_tensors

Command = TypeVar("Command", bound=Callable[..., Any])

PATH = click.Path(path_type=Path)
_DATA = "Samples: .npz, .tfrecord, or a folder of images."
_FILES = "Lists the files of the folder that count, a path a line; all if not given."
_RESIZE = f"What to do with images of another size: {', '.join(RESIZES)}."
_LABEL = "The labels' array or feature."


def sample_options(required: bool) -> Callable[[Command], Command]:
    """Adds ``--data`` and what goes with it to a command."""
    options = (
        click.option("--data", type=PATH, required=required, help=_DATA),
        click.option("--data-files", type=PATH, help=_FILES),
        click.option("--resize", default=AS_IS, help=_RESIZE, show_default=True),
        click.option("--label", default=LABEL_KEY, help=_LABEL, show_default=True),
        click.option("--mean", default=0.0, help="Inputs are (x - mean) / std.", show_default=True),
        click.option("--std", default=1.0, show_default=True),
        click.option("--limit", type=click.IntRange(min=1), help="Use the first samples only."),
    )

    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def given_samples(
    model: Model, signature: str | None, options: Mapping[str, Any]
) -> EvaluationData | None:
    """The samples that the options name, for the inputs of a signature; None without ``--data``.

    Raises DataError and RecipeError as ``read_samples``, and DataError for a list of files that
    is none.
    """
    data = options["data"]
    if data is None:
        return None
    from quant.samples import read_samples  # imports readers of every kind

    inputs = input_tensors(model, chosen_signature(signatures_of(model), signature))
    files = None if options["data_files"] is None else _listed(options["data_files"], data)
    normalization = Normalization(options["mean"], options["std"])
    label, limit, resize = options["label"], options["limit"], options["resize"]
    return read_samples(data, inputs, label, normalization, limit, resize, files)


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

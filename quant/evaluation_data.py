"""Labelled samples to evaluate a model on; the reader of those in an ``.npz`` file."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kernels.errors import DataError

Array = NDArray[Any]

INPUT_KEY = "x"
LABEL_KEY = "y"


class Rows(Protocol):
    """N samples of an input: an array, or what reads them when they are asked for."""

    def __len__(self) -> int:
        """N."""

    def __getitem__(self, rows: slice, /) -> Array:
        """The samples of a slice: (n, ...). Raises DataError for those that cannot be read."""


@dataclass(frozen=True)
class EvaluationData:
    """``inputs``: input name -> N samples, (N, ...); ``labels``: (N, ...) or None."""

    inputs: Mapping[str, Rows]
    labels: Array | None = None

    @property
    def samples(self) -> int:
        """N."""
        return len(next(iter(self.inputs.values())))


@dataclass(frozen=True)
class Normalization:
    """What turns stored values into model inputs: ``(value - mean) / std``."""

    mean: float = 0.0
    std: float = 1.0

    def apply(self, values: Array) -> Array:
        """The values as float32, normalized; integers that need no change stay integers."""
        if self == AS_STORED:
            return values
        return ((values.astype(np.float32) - np.float32(self.mean)) / np.float32(self.std)).astype(
            np.float32
        )


AS_STORED = Normalization()
"""Values as they are."""


def read_evaluation_data(
    path: str | PathLike[str],
    input_names: Sequence[str],
    label: str = LABEL_KEY,
    normalization: Normalization = AS_STORED,
    limit: int | None = None,
) -> EvaluationData:
    """The samples in an ``.npz`` file: one array for each input name, and the labels.

    A model with one input may find its samples under ``x``. ``limit`` takes the first
    samples only. Raises DataError: no such file, not an npz, an array missing, lengths
    that differ, or no samples.
    """
    arrays = _read_npz(path)
    inputs = {
        name: normalization.apply(arrays[_input_key(path, arrays, name, input_names)])[:limit]
        for name in input_names
    }
    labels = arrays.get(label)
    data = EvaluationData(inputs, None if labels is None else labels[:limit])
    _check_lengths(path, data)
    return data


def _read_npz(path: str | PathLike[str]) -> dict[str, Array]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {key: np.atleast_1d(archive[key]) for key in archive.files}
    except (OSError, EOFError, ValueError, TypeError, zipfile.BadZipFile) as error:
        raise DataError(
            f"evaluation data {path}: {_first_line(error)}.",
            "Write it with numpy.savez(path, x=inputs, y=labels); no object arrays.",
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["not an npz file"])[0].rstrip(".")


def _input_key(
    path: str | PathLike[str], arrays: Mapping[str, Array], name: str, names: Sequence[str]
) -> str:
    if name in arrays:
        return name
    if len(names) == 1 and INPUT_KEY in arrays:
        return INPUT_KEY
    raise DataError(
        f"evaluation data {path} has no array for input '{name}'; it has {sorted(arrays)}.",
        f"Name the arrays as the model's inputs: {list(names)}.",
    )


def _check_lengths(path: str | PathLike[str], data: EvaluationData) -> None:
    lengths = {name: len(array) for name, array in data.inputs.items()}
    if data.labels is not None:
        lengths["labels"] = len(data.labels)
    if len(set(lengths.values())) > 1 or 0 in lengths.values():
        raise DataError(
            f"evaluation data {path}: arrays of different or zero length: {lengths}.",
            "Give one row a sample in every array.",
        )

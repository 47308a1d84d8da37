"""Measurements on disk: what a part of the samples adds to an evaluation, in an ``.npz`` file."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.errors import DataError
from kernels.output_file import replacing
from quant.evaluate import Measurement

Array = NDArray[Any]

_SAMPLES = "samples"
_QUANTIZED = "quantized/"
_FLOAT = "float/"


def write_measurement(path: str | os.PathLike[str], measurement: Measurement) -> None:
    """Writes the measurement; equal ones give equal bytes."""
    arrays = {_SAMPLES: np.array(measurement.samples)}
    for prefix, rows in ((_QUANTIZED, measurement.rows), (_FLOAT, measurement.float_rows)):
        arrays |= {prefix + name: rows[name] for name in sorted(rows)}
    with replacing(path) as beside, beside.open("wb") as stream:
        np.savez(stream, allow_pickle=False, **arrays)


def read_measurement(path: str | os.PathLike[str]) -> Measurement:
    """What ``write_measurement`` wrote. Raises DataError for another file."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in archive.files}
        return Measurement(
            int(arrays[_SAMPLES]), _beginning(arrays, _QUANTIZED), _beginning(arrays, _FLOAT)
        )
    except (OSError, EOFError, ValueError, TypeError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(
            f"{path} is no measurement of a part of the samples: {error}.",
            "Give files that 'tflq evaluate --shard' wrote.",
        ) from error


def _beginning(arrays: Mapping[str, Array], prefix: str) -> dict[str, Array]:
    return {
        key.removeprefix(prefix): rows for key, rows in arrays.items() if key.startswith(prefix)
    }

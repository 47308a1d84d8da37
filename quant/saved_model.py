"""SavedModel folder -> float ``.tflite`` file, through TensorFlow's converter in a process."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from kernels.errors import ConversionError
from kernels.output_file import replacing
from kernels.tflite.reader import read_model
from quant import converter_process
from quant.conversion_diagnosis import diagnose
from quant.converter_process import WarmConverter
from quant.saved_model_folder import check_folder
from quant.uninitialized_variables import uninitialized_variables

TIMEOUT_SECONDS = 3600.0
"""Far above the minute that the largest models take: a converter that hangs comes to an end."""


def convert_saved_model(
    directory: str | os.PathLike[str],
    output: str | os.PathLike[str],
    signature: str | None = None,
    python: str | None = None,
    *,
    timeout: float = TIMEOUT_SECONDS,
    verbose: bool = False,
    warm: WarmConverter | None = None,
) -> None:
    """Writes the SavedModel in ``directory`` as a float ``.tflite`` to ``output``.

    ``signature`` is a key, ``"*"`` for all in one file, or None for the only one, else
    ``serving_default``. ``python`` is the interpreter that has TensorFlow (by default the
    environment's TFLQ_CONVERT_PYTHON, else this one). ``timeout`` is in seconds, ``verbose``
    shows what TensorFlow prints; ``warm`` is a converter that has started already. The folder
    is only read; free dimensions stay free; the same SavedModel and TensorFlow give the same
    bytes.

    Raises ConversionError with the cure; no file is left then.
    """
    folder = Path(directory)
    check_folder(folder)
    launch = converter_process.Launch(converter_process.interpreter(python), timeout, verbose)
    with tempfile.TemporaryDirectory(prefix="tflq-") as work, replacing(output) as beside:
        for resave in (False, True):
            request = {
                "directory": os.path.abspath(folder),
                "signature": signature,
                "resave": resave,
                "output": os.path.abspath(beside),
            }
            _convert(request, Path(work, f"resave-{resave}"), launch, warm)
            variables = uninitialized_variables(read_model(beside))
            if not variables:
                return
        raise ConversionError(
            f"{folder}: nothing gives variable '{variables[0]}' its value "
            f"({len(variables)} such variables): the .tflite would compute with garbage.",
            "Export it with model.export(FOLDER) instead of tf.saved_model.save.",
        )


def _convert(
    request: dict[str, Any],
    work: Path,
    launch: converter_process.Launch,
    warm: WarmConverter | None,
) -> None:
    work.mkdir()
    answer = converter_process.run({**request, "work": str(work)}, work, launch, warm)
    if "error" in answer:
        raise diagnose(request["directory"], answer)

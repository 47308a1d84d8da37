"""Runs a program of the benchmark's that needs TensorFlow, in the interpreter that has it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from kernels.errors import ConversionError
from quant.converter_process import PYTHON_VARIABLE, interpreter

_SAID = 500
"""How much of the end of what a failed program said is told."""


def run_tensorflow(program: Path, *arguments: str) -> None:
    """Runs a program in the interpreter that has TensorFlow.

    Raises ConversionError with the end of what it said if it fails.
    """
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "-1", "TF_ENABLE_ONEDNN_OPTS": "0"}
    command = [interpreter(), "-P", str(program), *arguments]
    try:
        subprocess.run(
            command, env=environment, check=True, capture_output=True, text=True, errors="replace"
        )
    except (OSError, subprocess.CalledProcessError) as error:
        said = error.strerror if isinstance(error, OSError) else error.stderr.strip()[-_SAID:]
        raise ConversionError(
            f"{command[0]} {program.name} {arguments[0]} failed: {said}",
            f"Name a Python interpreter that has TensorFlow in {PYTHON_VARIABLE}.",
        ) from error

"""Runs the converter's process: TensorFlow in, an answer out, whatever becomes of it.

A crash, a kill and a timeout are errors with a cure like any other. What the process prints
goes to a file, of which only the end is read.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from kernels.errors import ConversionError
from quant.converter_errors import VERBOSE_CURE
from quant.tensorflow_text import last_reason

PYTHON_VARIABLE = "TFLQ_CONVERT_PYTHON"
"""Environment variable: the interpreter that has TensorFlow, where it is not this one."""
PROGRAM = Path(__file__).with_name("saved_model_to_tflite.py")
LOG_BYTES = 1 << 16
_SHELL_SIGNAL_BASE = 128
_MEMORY_CURE = (
    "Give the machine more memory: TensorFlow takes 0.5 GB and up to 8 times the model's size."
)


@dataclass(frozen=True)
class Launch:
    """How the process is started: its interpreter, for how many seconds at most, and whether
    what it prints is shown."""

    python: str
    timeout: float
    verbose: bool = False


class WarmConverter(Protocol):
    """A converter that has started already (``quant.warm_converter``)."""

    def return_code(self, arguments: list[str], work: Path, log: Path, timeout: float) -> int:
        """The exit code of the converter, which prints into ``log``. Raises TimeoutError."""


def interpreter(python: str | None = None) -> str:
    """The interpreter to convert with: the one given, that of the environment, or this one.

    A path becomes absolute, since the process has a folder of its own; a name stays a name.
    """
    chosen = python or os.environ.get(PYTHON_VARIABLE) or sys.executable
    return os.path.abspath(chosen) if os.path.dirname(chosen) else chosen


def run(
    request: Mapping[str, Any], work: Path, launch: Launch, warm: WarmConverter | None = None
) -> dict[str, Any]:
    """Starts the converter on a request and returns its answer; ``work`` is an empty folder
    for what passes between, and ``warm`` a converter that has started already. Raises
    ConversionError where there is no answer."""
    asked, answered, log = work / "request.json", work / "answer.json", work / "log"
    path = package_path(launch.python)
    log.touch()
    asked.write_text(json.dumps({**request, "path": path}), encoding="utf-8")
    try:
        if warm is None or launch.verbose:
            code = _return_code([str(asked), str(answered)], work, log, launch)
        else:
            code = warm.return_code([str(asked), str(answered)], work, log, launch.timeout)
    except (TimeoutError, subprocess.TimeoutExpired) as error:
        raise ConversionError(
            f"{request['directory']}: TensorFlow's converter was not done after "
            f"{launch.timeout:g} seconds.",
            "Give it a longer timeout, or a smaller model.",
        ) from error
    except OSError as error:
        raise ConversionError(
            f"{launch.python} cannot be started: {error.strerror}.",
            f"Name a Python interpreter that has TensorFlow in {PYTHON_VARIABLE}.",
        ) from error
    if code != 0 or not answered.exists():
        raise failure(str(request["directory"]), code, _end(log))
    return dict(json.loads(answered.read_text(encoding="utf-8")))


def package_path(python: str) -> list[str]:
    """Where an interpreter finds packages besides its own: this one may have been given
    others (Bazel), which another one must not see."""
    return [os.path.abspath(entry) for entry in sys.path if entry] * (python == sys.executable)


def _return_code(arguments: list[str], work: Path, log: Path, launch: Launch) -> int:
    with log.open("wb") as stream:
        output = sys.__stderr__ if launch.verbose else stream
        return subprocess.run(
            [launch.python, "-I", str(PROGRAM), *arguments],
            cwd=work,
            env={**os.environ, **environment(work, launch.verbose)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            timeout=launch.timeout,
        ).returncode


def environment(work: Path, verbose: bool = False) -> dict[str, str]:
    """One CPU's answer on every machine, nothing written outside ``work``."""
    quiet = {} if verbose else {"TF_CPP_MIN_LOG_LEVEL": "2"}
    return {
        **quiet,
        "CUDA_VISIBLE_DEVICES": "-1",
        "KERAS_HOME": str(work),
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "TMPDIR": str(work),
    }


def _end(log: Path) -> str:
    with log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - LOG_BYTES))
        return stream.read().decode("utf-8", errors="replace")


def failure(directory: str, code: int, log: str) -> ConversionError:
    """The error for a process that ended without an answer; ``log`` is what it said last."""
    name = _signal_name(code)
    reason = last_reason(log)
    if name == "SIGKILL" or "bad_alloc" in log or "MemoryError" in log:
        return ConversionError(
            f"{directory}: the converter was killed ({name or code}), most likely for want of "
            "memory.",
            _MEMORY_CURE,
        )
    if name == "SIGILL":
        return ConversionError(
            f"{directory}: TensorFlow uses instructions that this processor lacks (SIGILL).",
            "Convert on a machine with AVX, or install a TensorFlow built for this one.",
        )
    if name:
        return ConversionError(
            f"{directory}: TensorFlow's converter crashed with {name}; it said last: {reason}.",
            VERBOSE_CURE,
        )
    return ConversionError(
        f"{directory}: the converter ended with code {code} and no answer: {reason}.", VERBOSE_CURE
    )


def _signal_name(code: int) -> str:
    """The signal that ended a process, also where a shell between passes it on as 128 + n."""
    number = -code if code < 0 else code - _SHELL_SIGNAL_BASE
    return signal.Signals(number).name if number in set(signal.Signals) else ""

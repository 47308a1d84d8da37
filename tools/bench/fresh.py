"""What is measured in fresh processes: the time to the first result, compiling, and memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kernels.tflite.writer import write_model
from tools.bench.fused_lstm import fused_lstm

STARTS = 5
_PROGRAM, _COMPILER = "tools.bench.fresh_run", "kernels.compile_all"


def start_seconds(runtime: str, model: Path) -> float:
    """From the start of a process to a model's first result: the least of a few, after one that
    is not counted."""
    return min([_start_once(runtime, model) for _ in range(1 + STARTS)][1:])


def _start_once(runtime: str, model: Path) -> float:
    begin = time.perf_counter()
    command = _command(_PROGRAM, runtime, str(model))
    with subprocess.Popen(command, env=_environment(), stdout=subprocess.PIPE) as process:
        if process.stdout is not None:
            process.stdout.readline()
        taken = time.perf_counter() - begin
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return taken


def compile_seconds() -> float:
    """Processor time of compiling all kernels, none of them kept from before."""
    with tempfile.TemporaryDirectory(prefix="tflq-bench-") as folder:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            _command(_COMPILER, str(Path(folder, "kernels"))),
            env=_environment(XDG_CACHE_HOME=folder),
            check=True,
            stdout=subprocess.DEVNULL,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def memory(runtime: str, model: Path) -> dict[str, int]:
    """Bytes of a model that runs on one thread: what is held, and the peak."""
    with tempfile.TemporaryDirectory(prefix="tflq-bench-") as folder:
        tiny = Path(folder, "tiny.tflite")
        write_model(fused_lstm(2, 8), tiny)
        done = subprocess.run(
            _command(_PROGRAM, runtime, str(model), str(tiny)),
            env=_environment(),
            check=True,
            stdout=subprocess.PIPE,
        )
    return dict(json.loads(done.stdout))


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", *arguments]


def _environment(**more: str) -> dict[str, str]:
    """This process's, where others find the same modules."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **more}

"""A converter that has started already: TensorFlow's import is paid for once."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO

from quant import converter_process

START_SECONDS = 600.0
NOWHERE = Path(os.devnull)
"""Where the process may write. Its forks have folders of their own; one of its own would stay
behind whenever Bazel kills the worker."""
SERVER = Path(__file__).with_name("converter_server.py")


class WarmConverter:
    """Has a process that answers requests to convert, while it is entered.

    Whoever calls ``prepare`` may fork then, and the fork ask: one request at a time.
    """

    def __init__(self, python: str | None = None) -> None:
        """``python`` is the interpreter, as for ``convert_saved_model``."""
        self._python = converter_process.interpreter(python)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> WarmConverter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.discard()

    def prepare(self) -> None:
        """Starts the process where it does not answer; where it cannot, the request says why."""
        with suppress(OSError):
            if _ask(self._running(), {}, START_SECONDS) != 0:
                self.discard()
                _ask(self._running(), {}, START_SECONDS)

    def discard(self) -> None:
        """Ends the process, whatever it does."""
        if self._process is not None:
            _kill(self._process)
            self._process.wait()
            for stream in _pipes(self._process):
                stream.close()
        self._process = None

    def return_code(self, arguments: list[str], work: Path, log: Path, timeout: float) -> int:
        """The exit code of the converter, in ``work``, that prints into ``log``; minus the
        signal that ended it. Raises TimeoutError, and OSError where it cannot be started."""
        process = self._running()
        request = {
            "arguments": arguments,
            "work": str(work),
            "log": str(log),
            "environment": converter_process.environment(work),
        }
        try:
            return _ask(process, request, timeout)
        except BaseException:  # it would answer the next request with this one's exit code
            _kill(process)
            raise

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.discard()
            self._process = self._started()
        return self._process

    def _started(self) -> subprocess.Popen[bytes]:
        program = [str(SERVER), str(converter_process.PROGRAM)]
        path = converter_process.package_path(self._python)
        return subprocess.Popen(
            [self._python, "-I", *program, *path],
            cwd="/",
            env={**os.environ, **converter_process.environment(NOWHERE)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            bufsize=0,
        )


def _ask(process: subprocess.Popen[bytes], request: object, timeout: float) -> int:
    asking, answers = _pipes(process)
    try:
        asking.write(json.dumps(request).encode() + b"\n")
    except BrokenPipeError:
        return -signal.SIGKILL
    if not select.select([answers], [], [], timeout)[0]:
        raise TimeoutError
    return int(answers.readline() or -signal.SIGKILL)


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Ends the process and its forks, which are a session of their own."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)

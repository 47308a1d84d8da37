"""Answers requests to convert, each in a fork: the program that ``quant.warm_converter`` starts.

It has imported TensorFlow, which takes seconds, and does nothing else with it, so that every
request finds it as new: the bytes it gives do not depend on those before, a crash is one
request's, and its memory goes with it. It imports nothing of the project. A request is a line of
JSON on standard input, the exit code a line on standard output; an empty request gets a 0. It
ends when the input does.
"""

from __future__ import annotations

import importlib.util
import json
import os
import select
import signal
import sys
import tempfile
from typing import Any


def load(path: str) -> Any:
    """The module in a file."""
    spec = importlib.util.spec_from_file_location("program", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fork(program: Any, request: dict[str, Any]) -> tuple[int, int]:
    """A process that does what the request says, and a pipe that ends when it does."""
    ending, held = os.pipe()
    process = os.fork()
    if process:
        os.close(held)
        return process, ending
    code = 1
    try:
        output = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.environ.update(request["environment"])
        os.chdir(request["work"])
        tempfile.tempdir = None
        code = program.main(request["arguments"])
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def exit_code(process: int, ending: int, requests: int) -> int:
    """Waits for a process to end; ends it, and this one, where whoever asked has gone."""
    ready, _, _ = select.select([ending, requests], [], [])
    if requests in ready:
        os.killpg(0, signal.SIGKILL)
    os.close(ending)
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status)


def main(arguments: list[str]) -> int:
    """Serves with the program in the file ``arguments[0]``, whose packages are to be found in
    the folders that follow."""
    sys.path.extend(entry for entry in arguments[1:] if entry not in sys.path)
    responses = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    program = load(arguments[0])
    program.warm_up()
    with open(os.dup(0), "rb", buffering=0) as requests:
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        while line := requests.readline():
            request = json.loads(line)
            code = exit_code(*fork(program, request), requests.fileno()) if request else 0
            print(code, file=responses)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

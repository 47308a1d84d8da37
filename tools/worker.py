"""A program of an action, once or for a whole build: Bazel's persistent workers.

Called with ``--persistent_worker``, a program reads requests from standard input and answers on
standard output until that ends (https://bazel.build/remote/persistent). Each request runs in a
fork of the process, which has imported everything and never does any work itself: a request
starts at once, leaves no memory behind, and neither a crash nor what an earlier one did reaches
the next. Called without, the program runs once; ``@FILE`` stands for the arguments in a file.
"""

from __future__ import annotations

import os
import select
import shlex
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Protocol

import click

from kernels.errors import InputError
from tools import command
from tools.fork import Fork, end, ended, start_fork
from tools.work_protocol import WorkRequest, WorkResponse, response_message, split_requests

PERSISTENT = "--persistent_worker"
_READ_BYTES = 1 << 16
_MOST_PRINTED_BYTES = 1 << 18


class Warm(Protocol):
    """What a worker keeps between requests, for its forks to use."""

    def prepare(self) -> None:
        """Called before each request."""

    def discard(self) -> None:
        """Called after a request that a signal ended: nothing is known of what it left."""


def main(
    program: click.Command,
    argv: Sequence[str] | None = None,
    keep: Callable[[], AbstractContextManager[Warm]] | None = None,
) -> int:
    """Runs the program once, or as a worker; returns the exit code.

    ``keep`` makes what a worker keeps warm: the object of the program's click context, which
    is None where the program runs once.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if PERSISTENT not in arguments:
        return command.guarded(lambda: command.call(program, expanded(arguments)), program)
    arguments.remove(PERSISTENT)
    with keep() if keep is not None else nullcontext() as warm:
        return _serve(program, arguments, warm)


def expanded(arguments: Sequence[str]) -> list[str]:
    """The arguments, with those in FILE in place of ``@FILE``, quoted as for a shell.

    Raises InputError for a file that cannot be read.
    """
    found: list[str] = []
    for argument in arguments:
        found += _in_file(argument[1:]) if argument.startswith("@") else [argument]
    return found


def _in_file(path: str) -> list[str]:
    try:
        return shlex.split(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"the arguments in {path} cannot be read: {error}.",
            "Write one a line, in UTF-8, quoted as for a shell.",
        ) from error


class _Requests:
    """Requests that arrive on a file descriptor; those in ``waiting`` have no answer yet."""

    def __init__(self, stream: int) -> None:
        self.stream = stream
        self.waiting: list[WorkRequest] = []
        self._rest = b""

    def next(self) -> WorkRequest | None:
        """Waits for a request to answer; None where no more can come."""
        while True:
            # What asks to give up a request that has its answer already asks for nothing.
            self.waiting = [request for request in self.waiting if not request.cancel]
            if self.waiting:
                return self.waiting.pop(0)
            if not self.read():
                return None

    def read(self) -> bool:
        """Waits for bytes and takes them in; False at the end of the stream."""
        content = os.read(self.stream, _READ_BYTES)
        arrived, self._rest = split_requests(self._rest + content)
        self.waiting += arrived
        return bool(content)

    def cancels(self, request: WorkRequest) -> bool:
        """Takes out what asks to give a request up; whether there was any."""
        asking = [w for w in self.waiting if w.cancel and w.request_id == request.request_id]
        self.waiting = [w for w in self.waiting if w not in asking]
        return bool(asking)


def _serve(program: click.Command, arguments: Sequence[str], warm: Warm | None) -> int:
    """Answers requests until no more can come; returns the worker's exit code."""
    signal.signal(signal.SIGTERM, _leave)
    stream, responses = _own_streams()
    requests = _Requests(stream)
    while request := requests.next():
        if warm is not None:
            warm.prepare()
        fork = start_fork(
            partial(_answer, program, arguments, request, warm), closed=(stream, responses)
        )
        printed, given_up = _wait(fork, request, requests)
        code = ended(fork)
        if warm is not None and code < 0:
            warm.discard()
        response = _response(request, code, printed.decode("utf-8", "replace"), given_up)
        with suppress(BrokenPipeError):  # Bazel has gone; the next read says so
            _write(responses, response_message(response))
    return command.DONE


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(command.DONE)


def _own_streams() -> tuple[int, int]:
    """Requests and responses, moved away from standard input and output: a library that reads
    or prints would break the protocol."""
    stream, responses = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return stream, responses


def _answer(
    program: click.Command, arguments: Sequence[str], request: WorkRequest, warm: Warm | None
) -> int:
    """Runs the program on the lines of a flag file; returns the exit code."""

    def call() -> object:
        return command.call(program, [*arguments, *shlex.split("\n".join(request.arguments))], warm)

    return command.guarded(call, program)


def _wait(fork: Fork, request: WorkRequest, requests: _Requests) -> tuple[bytes, bool]:
    """Waits for a fork to end: what it printed last, and whether it was given up, because
    Bazel says so or has gone."""
    printed, given_up = b"", False
    while True:
        watched = [fork.pipe] if given_up else [fork.pipe, requests.stream]
        ready, _, _ = select.select(watched, [], [])
        if requests.stream in ready:
            given_up = not requests.read() or requests.cancels(request)
            if given_up:
                end(fork)
        if fork.pipe in ready:
            more = os.read(fork.pipe, _READ_BYTES)
            if not more:
                break
            printed = (printed + more)[-_MOST_PRINTED_BYTES:]
    if not given_up:
        end(fork)
    return printed, given_up


def _response(request: WorkRequest, code: int, printed: str, given_up: bool) -> WorkResponse:
    if given_up:
        return WorkResponse(request_id=request.request_id, was_cancelled=True)
    if code < 0:
        name = signal.Signals(-code).name
        printed += f"error: the program was killed ({name}), perhaps for want of memory.\n"
        printed += "Give the machine more memory, or build with fewer --jobs.\n"
        code = command.INTERNAL
    return WorkResponse(code, printed, request.request_id)


def _write(stream: int, content: bytes) -> None:
    while content:
        content = content[os.write(stream, content) :]

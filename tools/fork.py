"""Work in a fork of this process, which ends when this one does or says so."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

GRACE_SECONDS = 5.0
"""From asking a fork to end to ending it, whatever it does."""
_ENDED_BY_FORCE = 128 + signal.SIGKILL


@dataclass(frozen=True)
class Fork:
    """A process that works: ``pipe`` gives what it prints, and ends when it does.

    The process ends when its ``lifeline`` is closed, which happens also when the one that
    holds it is killed.
    """

    process: int
    pipe: int
    lifeline: int


def start_fork(work: Callable[[], int], closed: Sequence[int] = ()) -> Fork:
    """Does ``work`` in a fork, of which its result is the exit code.

    What it prints goes into the fork's pipe; it does not have the file descriptors in
    ``closed``. Asked to end, it gets SIGTERM.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    pipe, printing = os.pipe()
    life, lifeline = os.pipe()
    process = os.fork()
    if process:
        os.close(printing)
        os.close(life)
        return Fork(process, pipe, lifeline)
    code = _ENDED_BY_FORCE
    try:
        for descriptor in (pipe, lifeline, *closed):
            os.close(descriptor)
        os.dup2(printing, 1)
        os.dup2(printing, 2)
        os.close(printing)
        threading.Thread(target=_end_with, args=(life,), daemon=True).start()
        code = work()
    finally:  # whatever happens, nothing of the process that was forked runs on
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _end_with(life: int) -> None:
    os.read(life, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(_ENDED_BY_FORCE)


def end(fork: Fork) -> None:
    """Asks a fork to end, which it does within GRACE_SECONDS."""
    os.close(fork.lifeline)


def ended(fork: Fork) -> int:
    """Waits for a fork's end; its exit code, or minus the number of the signal that ended it."""
    os.close(fork.pipe)
    _, status = os.waitpid(fork.process, 0)
    return os.waitstatus_to_exitcode(status)

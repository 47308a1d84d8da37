"""Ends what hangs: tests assert no times, but work that a file can multiply must stay little."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

CPU_SECONDS = 10
"""Of the process, so that a busy machine does not count: far above what any case takes."""


@contextmanager
def no_hang() -> Iterator[None]:
    """Raises AssertionError in the block once the process has computed for CPU_SECONDS."""

    def stop(number, frame):
        raise AssertionError(f"not done after {CPU_SECONDS} s of computing")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)

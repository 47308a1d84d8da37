"""The threads that execute flat programs together: the caller's, and others that assist it."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread

from kernels.errors import InputError

Assist = Callable[[], None]

MOST_THREADS = 64


class Team:
    """``num_threads`` threads, of which all but the caller's sleep until there is work.

    Raises InputError for a number that cannot be.
    """

    def __init__(self, num_threads: int = 1) -> None:
        self._queues: list[SimpleQueue[Assist | None]] = []
        if not 1 <= num_threads <= MOST_THREADS:
            raise InputError(
                f"{num_threads} threads were asked for.",
                f"Choose from 1 to {MOST_THREADS}; more than there are cores are of no use.",
            )
        self.num_threads = num_threads

    def wake(self, assist: Assist) -> None:
        """Has the other threads call ``assist``, each as soon as it can."""
        while len(self._queues) < self.num_threads - 1:
            queue: SimpleQueue[Assist | None] = SimpleQueue()
            Thread(target=_serve, args=(queue,), daemon=True).start()
            self._queues.append(queue)
        for queue in self._queues:
            queue.put(assist)

    def __del__(self) -> None:
        for queue in self._queues:
            queue.put(None)


def _serve(queue: SimpleQueue[Assist | None]) -> None:
    while (assist := queue.get()) is not None:
        assist()
        del assist

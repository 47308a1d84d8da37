"""A kernel's chunks on several threads. What is computed does not depend on how many there are."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import pairwise
from threading import Thread

import numpy as np

from kernels.kernel import Argument, Kernel, run, words


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_parallel(
    kernel: Kernel,
    arguments: tuple[Argument, ...],
    chunks: int,
    threads: int,
    slab: int | None = None,
    after: Callable[[int, int], None] = lambda begin, end: None,
) -> None:
    """Runs all chunks, an equal share on each thread, of which the caller's is one. Each thread
    calls ``after(begin, end)`` for every ``slab`` chunks that it has run, or fewer; None
    stands for all of its share.

    The kernel is one that takes all its inputs.
    """
    row = np.array(words(kernel, arguments), np.int64)

    def run_share(begin: int, end: int) -> None:
        for start in range(begin, end, slab or chunks):
            stop = min(start + (slab or chunks), end)
            run(kernel.address, row, start, stop)
            after(start, stop)

    threads = max(1, min(threads, chunks))
    bounds = [chunks * number // threads for number in range(threads + 1)]
    own, *others = pairwise(bounds)
    started = [Thread(target=run_share, args=share) for share in others]
    for thread in started:
        thread.start()
    run_share(*own)
    for thread in started:
        thread.join()

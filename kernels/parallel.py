"""A kernel's chunks on several threads. What is computed does not depend on how many there are."""

from __future__ import annotations

import os
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
    kernel: Kernel, arguments: tuple[Argument, ...], begin: int, end: int, threads: int
) -> None:
    """Runs chunks from ``begin`` to before ``end``, an equal share on each thread, of which the
    caller's is one. The kernel is one that takes all its inputs."""
    row = np.array(words(kernel, arguments), np.int64)
    threads = max(1, min(threads, end - begin))
    bounds = [begin + (end - begin) * number // threads for number in range(threads + 1)]
    own, *others = pairwise(bounds)
    started = [Thread(target=run, args=(kernel.address, row, *share)) for share in others]
    for thread in started:
        thread.start()
    run(kernel.address, row, *own)
    for thread in started:
        thread.join()

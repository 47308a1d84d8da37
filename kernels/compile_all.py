"""Compiles all kernels into a folder for TFLQ_KERNELS: ``python -m kernels.compile_all FOLDER``.

The files are the same from every checkout, for one processor.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from kernels import object_cache
from kernels.compilation import compile_named, kernel_names

LEAST_KERNELS = 8
"""That are worth a process, which imports Numba first."""


def compile_all(folder: Path) -> int:
    """Writes every kernel; returns how many. Raises InputError where one cannot be written.

    Several processes share them, for threads do not: Python's lock is held.
    """
    names = kernel_names()
    workers = max(1, min(os.cpu_count() or 1, len(names) // LEAST_KERNELS))
    if workers == 1:
        return _compile(folder, names)
    shares = [names[number::workers] for number in range(workers)]
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        return sum(pool.map(_compile, [folder] * workers, shares))


def _compile(folder: Path, names: Sequence[str]) -> int:
    for name in names:
        object_cache.write(folder, name, compile_named(name))
    return len(names)


def main(argv: Sequence[str]) -> int:
    """Returns the exit code."""
    if len(argv) != 1:
        print("usage: python -m kernels.compile_all FOLDER", file=sys.stderr)
        return 2
    print(f"{compile_all(Path(argv[0]))} kernels compiled.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""Compiles all kernels into a folder for TFLQ_KERNELS: ``python -m kernels.compile_all FOLDER``.

The files are the same from every checkout, for one processor.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from kernels import object_cache
from kernels.compilation import compile_named, kernel_names


def compile_all(folder: Path) -> int:
    """Writes every kernel; returns how many. Raises InputError where one cannot be written."""
    names = kernel_names()
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

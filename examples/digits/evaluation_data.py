"""Writes the held-back digits as evaluation data: ``evaluation_data.py OUTPUT.npz``.

``x`` is (360, 8, 8, 1) float32 for the CNN or, with ``--rows``, (360, 8, 8) for the LSTM,
which reads an image row by row; ``y`` is (360,) int64.
"""

from __future__ import annotations

import argparse
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from examples.digits import digits

EARLIEST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def write_npz(path: Path, arrays: dict[str, NDArray[np.generic]]) -> None:
    """Writes what ``numpy.savez`` writes, but without the time of day in it."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy", EARLIEST_ZIP_DATE)
            with archive.open(entry, "w") as file:
                np.lib.format.write_array(file, array, allow_pickle=False)


def main(argv: Sequence[str] | None = None) -> int:
    """Writes the file; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", action="store_true", help="images as sequences of rows")
    parser.add_argument("output", type=Path)
    args = parser.parse_args(argv)
    images, labels = digits.split(held_back=True)
    write_npz(args.output, {"x": images if args.rows else images[..., np.newaxis], "y": labels})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

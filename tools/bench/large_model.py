"""A float model of any size, whose weights were never in memory: layers that read one input."""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from kernels.model import Model, Operator, Signature, Subgraph, Tensor
from kernels.tflite.writer import write_model

COLUMNS = ROWS = 4096
SEED = 2018
_FLOAT_BYTES = 4


def layer_rows(size: int) -> tuple[int, ...]:
    """Rows of the weight of each layer, of (rows, COLUMNS) float32, that have ``size`` bytes
    together, or a little more. No two have as many."""
    rows: list[int] = []
    while sum(rows) * COLUMNS * _FLOAT_BYTES < size:
        rows.append(ROWS + len(rows))
    return tuple(rows)


def large_model(weights: Sequence[bytes | memoryview]) -> Model:
    """FULLY_CONNECTED layers with these weights, float32 (rows, COLUMNS), that read one input."""
    rows = [len(weight) // COLUMNS // _FLOAT_BYTES for weight in weights]
    count = len(weights)
    return Model(
        subgraphs=(
            Subgraph(
                tensors=(
                    Tensor("x", "FLOAT32", (1, COLUMNS)),
                    *(Tensor(f"w{i}", "FLOAT32", (n, COLUMNS), i + 1) for i, n in enumerate(rows)),
                    *(Tensor(f"y{i}", "FLOAT32", (1, n)) for i, n in enumerate(rows)),
                ),
                inputs=(0,),
                outputs=tuple(range(1 + count, 1 + 2 * count)),
                operators=tuple(
                    Operator("FULLY_CONNECTED", (0, 1 + i, -1), (1 + count + i,))
                    for i in range(count)
                ),
            ),
        ),
        buffers=(b"", *weights),
        signatures=(
            Signature("serving_default", {"x": 0}, {f"y{i}": 1 + count + i for i in range(count)}),
        ),
    )


def write_large_model(path: Path, size: int) -> None:
    """Writes a model with ``size`` bytes of random weights, or a little more."""
    rows = layer_rows(size)
    generator = np.random.default_rng(SEED)
    with tempfile.TemporaryFile(dir=path.parent) as file:
        for count in rows:
            file.write(generator.standard_normal((count, COLUMNS), np.float32).tobytes())
        file.flush()
        mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    ends = np.cumsum([0, *rows]) * COLUMNS * _FLOAT_BYTES
    write_model(large_model([mapped[a:b] for a, b in pairwise(ends)]), path)

"""What the test of guarded memory has killed: ``python -m tests.guarded_reach WHERE BY``.

A kernel copies four numbers of an array, ``BY`` numbers from where they are; WHERE says what the
array is. Prints them.
"""

from __future__ import annotations

import sys

import numpy as np

from kernels.flat import assembly
from kernels.flat.segment import make_segment
from kernels.flat.team import Team
from kernels.flat.value import Value, new_value
from kernels.meter import Meter
from tests.flat_kernels import called, known

COUNT = 4
NUMBERS = np.arange(COUNT)


def main(where: str, by: int) -> None:
    """``where``: "input", "constant", "arena", "output" (which is written to), or "plain"."""
    if where == "plain":
        made = np.zeros_like(NUMBERS)
        known("reach")(NUMBERS, made, by, chunks=COUNT)
    else:
        made = _segment(where, by)
    print(made.tolist())


def _segment(where: str, by: int) -> np.ndarray:
    assembly.kernel = known  # type: ignore[assignment]
    x, between, y = (new_value((COUNT,), np.int64) for _ in range(3))
    copied = called("reach", NUMBERS if where == "constant" else x, between, 0, chunks=COUNT)
    sources: dict[str, Value | np.ndarray] = {"input": x, "constant": NUMBERS, "arena": between}
    count = COUNT + by if where == "output" else COUNT
    last = called("reach", sources.get(where, x), y, 0 if where == "output" else by, chunks=count)
    owners = ["Operator 0 (COPIED)", "Operator 1 (REACH)"]
    made = make_segment([copied, last], owners, {x.block: 0}, {1: y}, 2, 0)
    memory = assembly.allocate(made.size)
    outputs = made.run({0: NUMBERS}, Meter(), memory, Team())
    assert outputs is not None
    return outputs[1]


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

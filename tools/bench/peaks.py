"""What the machine can do at most, on one thread, with the instruction set that is used."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from kernels.flat.assembly import allocate
from kernels.isa import instruction_set
from kernels.kernel import Kernel, kernel
from kernels.node import Array

SUMS, PLAIN_LANES, VECTOR_BYTES = 8, 16, 64
"""Of ``kernels.compiled.peaks``: vectors of sums, what counts as one for the plain kernels, and no
vector takes more bytes."""
INTEGER_PRODUCTS = ("hybrid", "requantized")
"""In the names of kernels that multiply integers."""
TURNS, READ_BYTES, TRIALS = 1_000_000, 256 << 20, 7


@dataclass(frozen=True)
class Peaks:
    """Operations per second, two a multiply-add: of float32 and of int8 products; bytes per
    second read from memory."""

    float_rate: float
    integer_rate: float
    bandwidth: float

    def of(self, kernel_name: str) -> float:
        """The peak of the arithmetic that a kernel has."""
        integers = any(word in kernel_name for word in INTEGER_PRODUCTS)
        return self.integer_rate if integers else self.float_rate


def measure_peaks(turns: int = TURNS, read_bytes: int = READ_BYTES) -> Peaks:
    """The best of a few trials of each."""
    isa = instruction_set()
    lanes = isa.lanes if isa.needs else PLAIN_LANES
    size = SUMS * VECTOR_BYTES
    floats, codes, weights = (_ones(kind, size) for kind in ("float32", isa.code, "int8"))
    words, sums = _ones("int32", read_bytes), _ones("int32", size)
    reads = words.size // (SUMS * lanes)
    operations = 2 * SUMS * lanes * turns
    return Peaks(
        operations / _seconds("float_peak", floats, floats, sums.view("float32"), turns),
        operations * isa.group / _seconds("integer_peak", codes, weights, sums, turns),
        reads * SUMS * lanes * words.itemsize / _seconds("read", words, sums, reads),
    )


def _ones(dtype: str, size: int) -> Array:
    """So many bytes that begin at a cache line."""
    values = allocate(size).view(dtype)
    values[:] = 1
    return values


def _seconds(name: str, *arguments: Array | int) -> float:
    """The least time of a few trials."""
    called = kernel(f"{instruction_set().name}.{name}")
    return min(_trial(called, arguments) for _ in range(TRIALS))


def _trial(called: Kernel, arguments: Sequence[Array | int]) -> float:
    start = time.thread_time()
    called(*arguments, chunks=1)
    return time.thread_time() - start

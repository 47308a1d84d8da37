"""What quantizers took for a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tools.bench.quantizing_run import QUANTIZERS

OURS, THEIRS = QUANTIZERS


@dataclass(frozen=True)
class Run:
    """Seconds of quantizing and of the process in which that is done, by the wall clock, and of
    processors that the process took."""

    quantize: float
    process: float
    processor: float


@dataclass(frozen=True)
class Cost:
    """What a quantizer took for a model: seconds of each round, bytes of memory at the peak above
    those ``before``; and the bytes that it wrote."""

    runs: Sequence[Run]
    peak: int
    before: int
    written: int


@dataclass(frozen=True)
class Measurement:
    """A float model of ``bytes``, and quantizer -> what it took."""

    model: str
    bytes: int
    costs: Mapping[str, Cost]

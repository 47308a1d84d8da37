"""What was measured of a model: times by contestant, differences, and ratios of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tools.bench.contestant import LITERT, OURS, Contestant
from tools.bench.timing import CPU, WALL, ratio
from tools.bench.variant import DYNAMIC, FLOAT
from tools.bench.variant import OURS as OURS_FILE

Pair = tuple[Contestant, Contestant]


@dataclass(frozen=True)
class Timed:
    """A contestant and its seconds, round by round."""

    contestant: Contestant
    seconds: tuple[float, ...]


@dataclass(frozen=True)
class Measurement:
    """``differences``: kind of file -> how far our outputs are from LiteRT's on it.

    ``bytes``: kind of file -> its size; ``refused``: of others, why a runtime does not run them.
    Rounds of the same clock are the same rounds.
    """

    model: str
    bytes: Mapping[str, int]
    differences: Mapping[str, float]
    times: tuple[Timed, ...]
    refused: Mapping[str, str] = field(default_factory=dict)

    @property
    def threads(self) -> list[int]:
        """How many threads were measured."""
        return sorted({timed.contestant.threads for timed in self.times})

    def seconds(self, contestant: Contestant) -> Sequence[float] | None:
        """Its times; None if it was not measured."""
        found = (timed.seconds for timed in self.times if timed.contestant == contestant)
        return next(found, None)

    def ratio(self, pair: Pair) -> float | None:
        """How many times as long the first of two takes; None if one was not measured."""
        one, other = map(self.seconds, pair)
        return None if one is None or other is None else ratio(pair[0].clock, one, other)

    def to_json(self) -> dict[str, Any]:
        """The measurement as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Measurement:
        """What ``to_json`` gave."""
        times = tuple(
            Timed(Contestant(**timed["contestant"]), tuple(timed["seconds"]))
            for timed in values["times"]
        )
        return cls(**{**values, "times": times})


def hybrid(threads: int = 1, clock: str = CPU) -> Pair:
    """LiteRT on TFLite's dynamic-range model, and ours on our own: what users would have."""
    return (
        Contestant(DYNAMIC, LITERT, threads, clock),
        Contestant(OURS_FILE, OURS, threads, clock),
    )


def same_file(file: str, threads: int = 1, clock: str = CPU) -> Pair:
    """LiteRT and ours on one file."""
    return Contestant(file, LITERT, threads, clock), Contestant(file, OURS, threads, clock)


def gain(clock: str = CPU) -> Pair:
    """Ours on the float model, and on our quantized one."""
    return Contestant(FLOAT, OURS, 1, clock), Contestant(OURS_FILE, OURS, 1, clock)


def scaling(file: str, threads: int = 2) -> Pair:
    """Ours on one thread and on several, by the wall clock."""
    return Contestant(file, OURS, 1, WALL), Contestant(file, OURS, threads, WALL)

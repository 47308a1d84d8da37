"""Times of calls that take turns: whatever slows the machine down slows all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from statistics import median
from typing import Any, TypeVar

CPU, WALL = "cpu", "wall"
"""Time of the calling thread on a processor, which other programs do not add to, and time that
passes, for calls on several threads."""
SAMPLE_SECONDS = 0.002
FEWEST_ROUNDS, MOST_ROUNDS = 5, 300
PAUSE_SECONDS = 0.01
"""Before a sample by the wall clock: threads of the call before have stopped waiting for work."""

_READ = {CPU: time.thread_time, WALL: time.perf_counter}

Call = Callable[[], Any]
Key = TypeVar("Key", bound=Hashable)


def interleaved(
    calls: Mapping[Key, Call], clock: str, seconds: float
) -> dict[Key, tuple[float, ...]]:
    """Seconds that each call takes, round by round; a round has one sample of each.

    A sample is as many calls as take ``SAMPLE_SECONDS``, after one that is not counted. There
    are ``FEWEST_ROUNDS`` at least, then more for ``seconds`` a call.
    """
    repeats = {key: _repeats(call, clock) for key, call in calls.items()}
    taken: dict[Key, list[float]] = {key: [] for key in calls}
    end = time.perf_counter() + seconds * len(calls)
    for number in range(MOST_ROUNDS):
        if number >= FEWEST_ROUNDS and time.perf_counter() >= end:
            break
        for key in rotated(list(calls), number):
            taken[key].append(_sample(calls[key], clock, repeats[key]))
    return {key: tuple(values) for key, values in taken.items()}


def rotated(keys: Sequence[Key], number: int) -> list[Key]:
    """The keys from another one on in each round, so that none always follows the same."""
    start = number % len(keys) if keys else 0
    return [*keys[start:], *keys[:start]]


def _repeats(call: Call, clock: str) -> int:
    call()
    return max(1, int(SAMPLE_SECONDS / max(_sample(call, clock, 1), 1e-9)))


def _sample(call: Call, clock: str, repeats: int) -> float:
    if clock == WALL:
        time.sleep(PAUSE_SECONDS)
    read = _READ[clock]
    call()
    start = read()
    for _ in range(repeats):
        call()
    return (read() - start) / repeats


def clock_of(threads: int) -> str:
    """The clock for calls on so many threads."""
    return CPU if threads == 1 else WALL


def ratio(clock: str, one: Sequence[float], other: Sequence[float]) -> float:
    """How many times as long the first takes: the median of the rounds' ratios. By the wall clock,
    to which other programs add, the ratio of the least times."""
    if clock == WALL:
        return min(one) / min(other)
    return median(a / b for a, b in zip(one, other, strict=True))

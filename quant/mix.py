"""Mixes of precisions, from float to the smallest: which weight to make smaller next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from quant.sensitivity import Option, Sensitivity


@dataclass(frozen=True)
class Step:
    """Unit number ``unit`` gets its option number ``option``: ``saved`` more bytes for ``noise``
    more in the outputs."""

    unit: int
    option: int
    saved: int
    noise: float

    @property
    def price(self) -> float:
        """Noise per byte."""
        return self.noise / self.saved


def steps(sensitivities: Sequence[Sensitivity]) -> tuple[Step, ...]:
    """All steps worth taking, the cheapest noise per saved byte first.

    Of each unit only the options on the lower convex hull of noise over bytes are worth it, so
    that its steps come in order. The noise of a mix is taken as the sum of its units': errors of
    different weights are all but uncorrelated.
    """
    every = [step for u, each in enumerate(sensitivities) for step in _hull_steps(u, each.options)]
    return tuple(sorted(every, key=lambda step: (step.price, step.unit)))


def mix(taken: Sequence[Step]) -> Mapping[int, int]:
    """Unit number -> option number after the steps; units without a step are not in it."""
    return {step.unit: step.option for step in taken}


def _hull_steps(unit: int, options: Sequence[Option]) -> list[Step]:
    hull = _hull(options)
    return [
        Step(
            unit,
            after,
            options[after].saved - options[before].saved,
            options[after].noise - options[before].noise,
        )
        for before, after in pairwise(hull)
    ]


def _hull(options: Sequence[Option]) -> list[int]:
    """Indices of the options on the lower convex hull, from the first (float) on."""
    order = sorted(
        (i for i, option in enumerate(options) if i == 0 or option.saved > 0),
        key=lambda i: (options[i].saved, options[i].noise),
    )
    hull: list[int] = []
    for i in order:
        while len(hull) > 1 and _slope(options, hull[-2], i) <= _slope(options, hull[-2], hull[-1]):
            hull.pop()
        if not hull or options[i].saved > options[hull[-1]].saved:
            hull.append(i)
    return hull


def _slope(options: Sequence[Option], a: int, b: int) -> float:
    if options[b].saved == options[a].saved:
        return float("inf")
    return (options[b].noise - options[a].noise) / (options[b].saved - options[a].saved)

"""How long a device takes for an operator: a linear model of its work, measured once.

``kernels.device_rates`` has the rates. They are of one machine: what holds elsewhere is which of
two ways of computing the same is the faster, and about by how much.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

NANOSECONDS_PER_MILLISECOND = 1_000_000
OTHER_OPERATORS = "*"
"""Stands for every operator that was not measured: its weights, if any, are float."""
POINTWISE = " 1x1"
"""Follows the name of a convolution with filters of a single tap, which has rates of its own."""


@dataclass(frozen=True)
class Work:
    """One run of an operator: ``rows`` of its activations that are multiplied with weights,
    multiply-adds with those, elements of its activations that it ``read`` and ``made``, and
    elements of its ``weights``."""

    rows: int = 0
    multiply_adds: int = 0
    read: int = 0
    made: int = 0
    weights: int = 0


@dataclass(frozen=True)
class Rates:
    """Nanoseconds: of a run whatever its work, and of each unit of ``Work``."""

    run: float
    row: float = 0.0
    multiply_add: float = 0.0
    read: float = 0.0
    made: float = 0.0
    weight: float = 0.0

    def milliseconds(self, work: Work) -> float:
        """What a run with that work takes."""
        _, *rates = astuple(self)
        nanoseconds = self.run + sum(r * w for r, w in zip(rates, astuple(work), strict=True))
        return float(nanoseconds) / NANOSECONDS_PER_MILLISECOND

"""Ranges of activations: what calibration finds and full-integer quantization needs."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

from kernels.errors import DataError


@dataclass(frozen=True)
class Range:
    """Real values from ``min`` to ``max``, both finite; ``min <= max``.

    Raises DataError for any other pair.
    """

    min: float
    max: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.min) and math.isfinite(self.max) and self.min <= self.max):
            raise DataError(
                f"{self.min} to {self.max} is no range.",
                "Give finite numbers, the smaller first; calibrate on data without NaN.",
            )

    @property
    def with_zero(self) -> Range:
        """The smallest range with zero in it: what an affine scheme can represent."""
        return Range(min(self.min, 0.0), max(self.max, 0.0))


Ranges = Mapping[tuple[int, int], Range]
"""The range of each float activation, by (subgraph, tensor)."""


def ranges_to_json(ranges: Ranges) -> str:
    """A JSON list, a line a tensor, in the order of the tensors; numbers round trip exactly."""
    lines = (
        json.dumps({"subgraph": place[0], "tensor": place[1], "min": kept.min, "max": kept.max})
        for place, kept in sorted(ranges.items())
    )
    return "[\n" + ",\n".join(lines) + "\n]\n"


def ranges_from_json(text: str) -> Ranges:
    """What ``ranges_to_json`` wrote. Raises DataError for any other text."""
    try:
        return {
            (int(item["subgraph"]), int(item["tensor"])): Range(
                float(item["min"]), float(item["max"])
            )
            for item in json.loads(text)
        }
    except (ValueError, TypeError, KeyError) as error:
        raise DataError(
            f"These are no ranges: {type(error).__name__} {error}.",
            "Calibrate the model again; the file may be damaged.",
        ) from error

"""Areas in proportion to sizes, each as square as can be: Bruls, Huizing and van Wijk, "Squarified
treemaps", 2000."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Area:
    """Lengths in units of the whole."""

    left: float
    top: float
    width: float
    height: float


def squarified(sizes: Sequence[float], width: float, height: float) -> list[Area]:
    """An area for each of the sizes, which are positive and in falling order."""
    total = sum(sizes)
    areas = [size * width * height / total for size in sizes]
    free = Area(0.0, 0.0, width, height)
    placed: list[Area] = []
    while areas:
        count = _row_length(areas, min(free.width, free.height))
        row, areas = areas[:count], areas[count:]
        placed += _placed(row, free)
        free = _rest(sum(row), free)
    return placed


def _row_length(areas: Sequence[float], side: float) -> int:
    """How many areas in a row along the side make its worst ratio of sides best."""
    count = 1
    while count < len(areas) and _worst(areas[: count + 1], side) <= _worst(areas[:count], side):
        count += 1
    return count


def _worst(row: Sequence[float], side: float) -> float:
    total = sum(row)
    return max(side**2 * row[0] / total**2, total**2 / (side**2 * row[-1]))


def _placed(row: Sequence[float], free: Area) -> list[Area]:
    """The row at the free area's left if that is wide, else at its top."""
    total, at, areas = sum(row), 0.0, []
    for area in row:
        share = area / total
        if free.width >= free.height:
            length = share * free.height
            areas.append(Area(free.left, free.top + at, total / free.height, length))
        else:
            length = share * free.width
            areas.append(Area(free.left + at, free.top, length, total / free.width))
        at += length
    return areas


def _rest(used: float, free: Area) -> Area:
    if free.width >= free.height:
        width = used / free.height
        return Area(free.left + width, free.top, free.width - width, free.height)
    height = used / free.width
    return Area(free.left, free.top + height, free.width, free.height - height)

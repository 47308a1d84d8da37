"""Tables, as text in columns and in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

Cells = Sequence[str]
NOTHING = "-"


def aligned(head: Cells, rows: Sequence[Cells]) -> list[str]:
    """Lines in columns: the first to the left, numbers to the right."""
    table = [head, *rows]
    widths = [max(len(row[i]) for row in table) for i in range(len(head))]
    return [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]


def markdown(head: Cells, rows: Sequence[Cells]) -> list[str]:
    """The lines of a table in Markdown."""
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return [f"| {' | '.join(row)} |" for row in (head, rule, *rows)]


def times(value: float | None) -> str:
    """A ratio, or nothing."""
    return NOTHING if value is None else f"{value:.2f}"


def milliseconds(seconds: Sequence[float] | None) -> str:
    """The least and the median of times, or nothing."""
    if not seconds:
        return NOTHING
    return f"{number(min(seconds) * 1e3)} / {number(median(seconds) * 1e3)}"


def number(value: float) -> str:
    """Three digits or more."""
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def apart(difference: float | None) -> str:
    """A difference of outputs, or nothing."""
    if difference is None:
        return NOTHING
    return f"{difference:.0e}" if difference else "0"

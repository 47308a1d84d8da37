"""Plots for notebooks, by matplotlib: ``pip install tflite-quant[plots]``.

Each function returns a figure of its own, which a notebook shows and ``savefig`` writes.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from kernels.errors import InputError
from quant.report import GOOD_SQNR_DB

if TYPE_CHECKING:
    from quant.accuracy_budget import Search
    from quant.quantizer import Result
    from quant.report import Report

INSTALL = "pip install 'tflite-quant[plots]'"
BEFORE, AFTER, BAD = "#b0b7c3", "#2563eb", "#dc2626"
_WIDTH, _ROW = 8.0, 0.3
"""Inches."""
_MARGIN = 1.2
_LONGEST_NAME = 40


def size_by_operator(result: Result) -> Any:
    """Bytes of the constants by the operator that reads them, before and after. A constant that
    several read counts for the first."""
    before: dict[str, int] = defaultdict(int)
    after: dict[str, int] = defaultdict(int)
    for entry, told in zip(result.plan.constants, result.report.tensors, strict=True):
        name = entry.consumers[0].name if entry.consumers else "(nothing)"
        before[name] += told.bytes_before
        after[name] += told.bytes_after
    names = sorted(before, key=lambda name: (before[name], name))
    figure, axes = _figure(2 * len(names))
    places = range(len(names))
    axes.barh([p + 0.2 for p in places], [before[n] for n in names], 0.4, color=BEFORE)
    axes.barh([p - 0.2 for p in places], [after[n] for n in names], 0.4, color=AFTER)
    axes.set_yticks(places, names)
    axes.set_xlabel("bytes of constants")
    axes.legend(["before", "after"])
    return figure


def sqnr_by_weight(report: Report) -> Any:
    """The SQNR of every weight that lost something, the least exact on top."""
    found = sorted(
        ((each.sqnr_db, each.name) for each in report.tensors if each.sqnr_db is not None),
        reverse=True,
    )
    figure, axes = _figure(len(found))
    values = [sqnr for sqnr, _ in found]
    colours = [AFTER if sqnr >= GOOD_SQNR_DB else BAD for sqnr in values]
    axes.barh(range(len(found)), values, color=colours)
    axes.set_yticks(range(len(found)), [name[-_LONGEST_NAME:] for _, name in found])
    axes.axvline(GOOD_SQNR_DB, color=BEFORE, linestyle="--")
    axes.set_xlabel("SQNR, dB")
    return figure


def pareto_front(search: Search) -> Any:
    """Bytes and drop of the measured mixes that no other beats; the chosen one is marked."""
    figure, axes = _figure(12)
    points = sorted(search.front, key=lambda point: point.bytes)
    axes.plot([p.bytes for p in points], [p.drop for p in points], "o-", color=BEFORE)
    axes.plot([search.chosen.bytes], [search.chosen.drop], "o", color=AFTER, label="chosen")
    axes.set_xlabel("bytes of the file")
    axes.set_ylabel(f"drop of {search.recipe.metric}")
    axes.legend()
    return figure


def _figure(rows: int) -> tuple[Any, Any]:
    """A figure with room for so many rows, and its axes; of no global state."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise InputError("The plots need matplotlib.", f"{INSTALL}.") from error
    figure = Figure(figsize=(_WIDTH, _MARGIN + _ROW * max(rows, 1)), layout="constrained")
    return figure, figure.subplots()

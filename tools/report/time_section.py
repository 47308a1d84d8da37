"""Where the time goes, in this project's runtime."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from quant.model_report import ModelReport, OperatorTime
from tools.report.element import tag
from tools.report.number import milliseconds, percent
from tools.report.table import Cell, Column, Row, table

_COLUMNS = (
    Column("Operator", "All operators of the kind"),
    Column("Float ms", "In the float model", True),
    Column("Quantized ms", "In the quantized model", True),
    Column("Share", "Of the quantized model's time", True),
)


def time_section(report: ModelReport) -> Element | None:
    """None where nothing was timed."""
    if not report.times:
        return None
    before, after = (
        sum(getattr(each, key) for each in report.times) for key in ("before", "after")
    )
    text = (
        f"One run on one thread of this project's own runtime, on the machine that made this page: "
        f"float {milliseconds(before)} ms, quantized {milliseconds(after)} ms. A phone's runtime "
        "has other kernels: compare models there."
    )
    rows = [_row(each, after) for each in report.times]
    return tag(
        "section",
        tag("h2", "Time by operator, in our runtime"),
        tag("p", text),
        table("time-table", "Milliseconds, the slowest first", _COLUMNS, rows),
        id="time",
    )


def _row(time: OperatorTime, total: float) -> Row:
    share = time.after / total if total else 0.0
    bar = tag("span", percent(share), class_="bar", style=f"--share:{share:.3f}")
    cells = [
        Cell(time.kind),
        Cell(milliseconds(time.before), time.before),
        Cell(milliseconds(time.after), time.after),
        Cell(bar, share),
    ]
    return Row(None, cells)

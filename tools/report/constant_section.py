"""Every constant of the model: how it is stored, why, and how exactly."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from quant.model_report import ModelReport
from quant.stored_constant import StoredConstant
from quant.weight_error import MOST_DB, PLAIN_ROUNDING
from tools.report.anchor import constant_id, named
from tools.report.element import tag
from tools.report.layer_section import quality
from tools.report.number import decibels, short
from tools.report.table import Cell, Column, Row, table

_COLUMNS = (
    Column("Constant", "The tensor's name"),
    Column("Read by", "The kinds of operators that read it"),
    Column("Type", "In the quantized file"),
    Column("Bytes", "With scales", True),
    Column("Saved", "Bytes less than in the float model", True),
    Column("Scales", "One for the tensor, for each channel or for each block"),
    Column("Scale", "From the smallest to the largest", True),
    Column("SQNR dB", "Of the stored values; higher is better", True),
    Column("RMSE / scale", f"{PLAIN_ROUNDING:.3f} is plain rounding", True),
    Column("Worst channel dB", "SQNR of a channel apart from its largest value", True),
    Column("Reading", "What the numbers say"),
    Column("Reason", "Why it is stored so"),
)


def constant_section(report: ModelReport) -> Element:
    """The table, the largest constants first."""
    ordered = sorted(report.constants, key=lambda each: (-each.bytes_after, each.name))
    text = (
        f"RMSE / scale near {PLAIN_ROUNDING:.3f} = 1/\N{SQUARE ROOT}12 is plain rounding to the "
        "nearest step: nothing can be gained but by smaller steps. Much more is clipping."
    )
    rows = [_row(each) for each in ordered]
    return tag(
        "section",
        tag("h2", "Constants"),
        tag("p", text),
        table("constant-table", "Constants, the largest first", _COLUMNS, rows, has_filter=True),
        id="constants",
    )


def _row(constant: StoredConstant) -> Row:
    sqnr, channel = constant.sqnr_db, constant.channel
    worst = None if channel is None or constant.steps is None else channel.sqnr_db
    saved = constant.bytes_before - constant.bytes_after
    cells = [
        Cell(named(constant.name)),
        Cell(", ".join(constant.readers)),
        Cell(constant.type.lower()),
        Cell(f"{constant.bytes_after:,}", constant.bytes_after),
        Cell(f"{saved:,}", saved),
        Cell(constant.granularity or "\N{EN DASH}"),
        Cell(_scales(constant), constant.scale_max),
        Cell(
            decibels(sqnr),
            MOST_DB if sqnr is None else sqnr,
            None if sqnr is None else quality(sqnr),
        ),
        Cell(short(constant.steps), constant.steps),
        Cell(decibels(worst), MOST_DB if worst is None else worst),
        Cell(constant.reading),
        Cell(constant.reason, mark="reason"),
    ]
    return Row(constant_id(constant), cells)


def _scales(constant: StoredConstant) -> str:
    low, high = constant.scale_min, constant.scale_max
    if low is None or low == high:
        return short(low)
    return f"{short(low)} \N{EN DASH} {short(high)}"

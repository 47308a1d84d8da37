"""The error of each layer through the network: a chart in the order of execution, and a table."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from quant.finding import POOR_SQNR_DB
from quant.layer_error import JUMP_DB, LayerError
from quant.model_report import ModelReport
from quant.report import GOOD_SQNR_DB
from quant.weight_error import MOST_DB
from tools.report.anchor import layer_id, named
from tools.report.chart import Frame, chart, round_steps
from tools.report.element import tag
from tools.report.number import decibels, short, signed
from tools.report.table import Cell, Column, Row, table

_WIDTH, _HEIGHT = 1000.0, 260.0
_HIGHEST_DB = 80.0
_WIDEST_BAR = 24.0

_COLUMNS = (
    Column("Output", "The operator's first output"),
    Column("Operator", "Its kind"),
    Column("SQNR dB", "Signal to quantization noise of the output; higher is better", True),
    Column("Lost dB", "How much less than the worst of what the operator reads", True),
    Column("RMSE", "Root mean square of the error", True),
    Column("RMSE / scale", "In steps of the output's scale, where it has one", True),
    Column("Largest", "The largest error", True),
    Column("Reading", "What the numbers say"),
)


def quality(sqnr_db: float) -> str:
    """``good``, ``fair`` or ``poor``: the class of what shows an SQNR."""
    if sqnr_db >= GOOD_SQNR_DB:
        return "good"
    return "fair" if sqnr_db >= POOR_SQNR_DB else "poor"


def layer_section(report: ModelReport) -> Element:
    """Without samples, how to get it."""
    title = tag("h2", "Error by layer")
    if not report.layers:
        hint = "Layers were not compared: give samples (--data, or data in the BUILD file)."
        return tag("section", title, tag("p", hint, class_="hint"), id="layers")
    worst = sorted(report.layers, key=lambda each: (each.sqnr_db, each.name))
    caption = f"Layers, the worst first, on {report.samples} samples"
    text = (
        "Every layer of the quantized model against the same layer of the float model. Where the "
        "bars drop, error arises; where they stay low, it is handed on."
    )
    return tag(
        "section",
        title,
        tag("p", text),
        _chart(report.layers),
        table("layer-table", caption, _COLUMNS, [_row(each) for each in worst], has_filter=True),
        id="layers",
    )


def _row(layer: LayerError) -> Row:
    lost = layer.lost_db
    is_source = lost is not None and lost >= JUMP_DB
    shown = None if lost is None or lost > MOST_DB / 2 else lost
    cells = [
        Cell(named(layer.name)),
        Cell(layer.kind),
        Cell(decibels(layer.sqnr_db), layer.sqnr_db, quality(layer.sqnr_db)),
        Cell(decibels(shown), lost, "strong" if is_source else None),
        Cell(short(layer.rmse), layer.rmse),
        Cell(short(layer.steps), layer.steps),
        Cell(short(layer.largest), layer.largest),
        Cell(layer.reading),
    ]
    return Row(layer_id(layer), cells)


def _chart(layers: Sequence[LayerError]) -> Element:
    lowest = min(0.0, min(each.sqnr_db for each in layers))
    frame = Frame(_WIDTH, _HEIGHT, (-0.5, len(layers) - 0.5), (max(-40.0, lowest), _HIGHEST_DB))
    limit = f"{frame.up(GOOD_SQNR_DB):.1f}"
    x = frame.across(frame.x[0]), frame.across(frame.x[1])
    good = tag("line", x1=f"{x[0]:.1f}", x2=f"{x[1]:.1f}", y1=limit, y2=limit, class_="limit")
    return chart(
        frame,
        f"SQNR of {len(layers)} layers in the order of execution, from "
        f"{min(each.sqnr_db for each in layers):.1f} dB; the table has the same numbers",
        ("layer, in the order of execution", "SQNR in dB, higher is better"),
        (
            [each for each in round_steps(0, len(layers) - 1, 10) if each == int(each)],
            round_steps(*frame.y, 4),
        ),
        (_whole, _whole),
        [good, *(_bar(frame, number, each) for number, each in enumerate(layers))],
    )


def _whole(value: float) -> str:
    return signed(f"{value:.0f}")


def _bar(frame: Frame, number: int, layer: LayerError) -> Element:
    pitch = frame.across(1) - frame.across(0) if frame.x[1] > 0.5 else _WIDEST_BAR
    width = min(_WIDEST_BAR, 0.8 * pitch)
    base = max(frame.y[0], 0.0)
    value = min(max(layer.sqnr_db, frame.y[0]), frame.y[1])
    ends = sorted((frame.up(base), frame.up(value)))
    title = f"{number}. {layer.kind} {layer.name}: {decibels(layer.sqnr_db)} dB, {layer.reading}"
    bar = tag(
        "rect",
        tag("title", title),
        x=f"{frame.across(number) - width / 2:.1f}",
        y=f"{ends[0]:.1f}",
        width=f"{width:.1f}",
        height=f"{max(1.5, ends[1] - ends[0]):.1f}",
        class_=quality(layer.sqnr_db),
    )
    return tag("a", bar, href=f"#{layer_id(layer)}", tabindex="-1")

"""What each weight alone does to the outputs: one on, one off."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from quant.model_report import ModelReport
from quant.weight_effect import WeightEffect
from tools.report.anchor import anchors, named
from tools.report.element import tag
from tools.report.layer_section import quality
from tools.report.number import decibels, signed
from tools.report.table import Cell, Column, Row, table

_COLUMNS = (
    Column("Weight", "The tensor's name"),
    Column("Alone dB", "SQNR of the outputs with only this weight quantized", True),
    Column("Without it dB", "SQNR of the outputs with every weight but this one quantized", True),
    Column("Gain dB", "What keeping it float gives back", True),
)


def effect_section(report: ModelReport) -> Element | None:
    """None where no samples were given."""
    effects = report.effects
    if effects is None or not effects.weights:
        return None
    rows = anchors(report)
    text = (
        f"With every weight quantized and all else float, the outputs have "
        f"{decibels(effects.all_db)} dB. What the model itself lacks of that comes from "
        "activations, which some kernels quantize at run time."
    )
    return tag(
        "section",
        tag("h2", "Sensitivity: one weight on, one weight off"),
        tag("p", text),
        table(
            "effect-table",
            f"The {len(effects.weights)} least exact weights, the most harmful first",
            _COLUMNS,
            [_row(each, effects.all_db, rows) for each in effects.weights],
        ),
        id="sensitivity",
    )


def _row(effect: WeightEffect, all_db: float, rows: Mapping[tuple[int, str], str]) -> Row:
    gain = effect.without_db - all_db
    name = named(effect.name, rows.get((effect.subgraph, effect.name)))
    cells = [
        Cell(name),
        Cell(decibels(effect.alone_db), effect.alone_db, quality(effect.alone_db)),
        Cell(decibels(effect.without_db), effect.without_db),
        Cell(signed(f"{gain:+.1f}"), gain),
    ]
    return Row(None, cells)

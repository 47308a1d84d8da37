"""Where links lead on the page: the rows of constants and of layers."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from quant.layer_error import LayerError
from quant.model_report import ModelReport
from quant.stored_constant import StoredConstant
from tools.report.element import tag

LONGEST_NAME = 44


def constant_id(constant: StoredConstant) -> str:
    """Of its row."""
    return f"constant-{constant.subgraph}-{constant.tensor}"


def layer_id(layer: LayerError) -> str:
    """Of its row."""
    return f"layer-{layer.subgraph}-{layer.operator}"


def anchors(report: ModelReport) -> Mapping[tuple[int, str], str]:
    """(subgraph, tensor name) -> id of its row; constants before layers of the same name."""
    rows = {(each.subgraph, each.name): layer_id(each) for each in report.layers}
    return rows | {(each.subgraph, each.name): constant_id(each) for each in report.constants}


def named(name: str, target: str | None = None) -> Element:
    """A tensor's name, its middle left out where it is long; a link where it has a target."""
    text = shortened(name) or "(no name)"
    title = name if text != name else None
    if target is None:
        return tag("span", text, class_="name", title=title)
    return tag("a", text, href=f"#{target}", class_="name", title=title)


def shortened(name: str) -> str:
    """Of names that converters join by semicolons the last, which is the whole path; then the
    middle is left out: both ends tell most."""
    last = name.split(";")[-1] or name
    if len(last) <= LONGEST_NAME:
        return last
    half = (LONGEST_NAME - 1) // 2
    return f"{last[:half]}\N{HORIZONTAL ELLIPSIS}{last[-half:]}"

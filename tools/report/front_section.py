"""What the search within an accuracy budget measured: size against what is lost."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from quant.accuracy_budget import Point
from quant.model_report import Front, ModelReport
from tools.report.chart import Frame, chart, round_steps
from tools.report.element import tag
from tools.report.number import score, short, size
from tools.report.table import Cell, Column, Row, table

_WIDTH, _HEIGHT = 1000.0, 280.0

_COLUMNS = (
    Column("Bytes", "Of the file", True),
    Column("Drop", "How much worse than the float model by the metric", True),
    Column("Estimated ms", "One run on the target, from measured rates of kernels", True),
    Column("Mix", "How many weights have which scheme"),
)


def front_section(report: ModelReport) -> Element | None:
    """None where nothing was searched."""
    front = report.front
    if front is None:
        return None
    rows = [_row(each, each == front.chosen) for each in front.points]
    return tag(
        "section",
        tag("h2", "Size against accuracy"),
        tag(
            "p",
            f"Mixes of precisions that no other beats in size, {front.metric} and estimated time. "
            "The filled one is this model.",
        ),
        _chart(front) if len(front.points) > 1 else None,
        table("front-table", "Measured mixes, the largest first", _COLUMNS, rows),
        id="front",
    )


def _row(point: Point, is_chosen: bool) -> Row:
    mix = ", ".join(f"{count} {scheme}" for scheme, count in point.schemes.items())
    cells = [
        Cell(f"{point.bytes:,}", point.bytes),
        Cell(score(point.drop), point.drop),
        Cell(short(point.estimated_ms), point.estimated_ms),
        Cell(mix + (" (this model)" if is_chosen else "")),
    ]
    return Row(None, cells, "chosen" if is_chosen else None)


def _chart(front: Front) -> Element:
    points = [*front.points, front.chosen]
    sizes, drops = [each.bytes for each in points], [each.drop for each in points]
    frame = Frame(
        _WIDTH, _HEIGHT, _widened(min(sizes), max(sizes)), _widened(min(drops), max(drops))
    )
    return chart(
        frame,
        f"{len(front.points)} mixes from {size(min(sizes))} to {size(max(sizes))}; the table has "
        "the same numbers",
        ("size of the file", f"drop of {front.metric}, lower is better"),
        (round_steps(*frame.x), round_steps(*frame.y)),
        (lambda value: size(int(value)), short),
        [_line(frame, front), *(_dot(frame, each, each == front.chosen) for each in points)],
    )


def _widened(low: float, high: float) -> tuple[float, float]:
    margin = 0.06 * (high - low) or 0.05 * abs(high) or 0.01
    return low - margin, high + margin


def _line(frame: Frame, front: Front) -> Element:
    """Through those that no other is smaller and better than."""
    best: list[Point] = []
    for point in sorted(front.points, key=lambda each: (each.bytes, each.drop)):
        if not best or point.drop < best[-1].drop:
            best.append(point)
    places = " ".join(f"{frame.across(p.bytes):.1f},{frame.up(p.drop):.1f}" for p in best)
    return tag("polyline", points=places, class_="front")


def _dot(frame: Frame, point: Point, is_chosen: bool) -> Element:
    return tag(
        "circle",
        tag("title", f"{size(point.bytes)}, drop {score(point.drop)}"),
        cx=f"{frame.across(point.bytes):.1f}",
        cy=f"{frame.up(point.drop):.1f}",
        r="7" if is_chosen else "5",
        class_="chosen" if is_chosen else "dot",
    )

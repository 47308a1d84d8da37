"""Small multiples: the values of the worst weights and activations, float and quantized."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element

from quant.model_report import ModelReport
from quant.value_histogram import ACTIVATION, WEIGHT, ValueHistogram
from tools.report.anchor import anchors, named
from tools.report.element import tag
from tools.report.number import short

_WIDTH, _HEIGHT = 240.0, 84.0


def histogram_section(report: ModelReport) -> Element | None:
    """None where there are none."""
    if not report.histograms:
        return None
    rows = anchors(report)
    return tag(
        "section",
        tag("h2", "Values of the worst layers"),
        tag(
            "p",
            tag("span", tag("i", class_="swatch before"), "float", class_="key"),
            tag("span", tag("i", class_="swatch after"), "quantized", class_="key"),
            "Counts are on a logarithmic scale, so that single outliers show.",
        ),
        [
            _group(title, [each for each in report.histograms if each.kind == kind], rows)
            for title, kind in (("Weights", WEIGHT), ("Activations", ACTIVATION))
        ],
        id="histograms",
    )


def _group(
    title: str, histograms: Sequence[ValueHistogram], rows: Mapping[tuple[int, str], str]
) -> Element | None:
    if not histograms:
        return None
    figures = [_figure(each, rows.get((each.subgraph, each.name))) for each in histograms]
    return tag("div", tag("h3", title), tag("div", figures, class_="multiples"))


def _figure(histogram: ValueHistogram, target: str | None) -> Element:
    most = max(1, *histogram.before, *histogram.after)
    label = (
        f"Histogram of {histogram.name}: values from {histogram.low:.3g} to {histogram.high:.3g}"
    )
    drawn = tag(
        "svg",
        tag("path", d=_area(histogram.before, most), class_="before"),
        tag("path", d=_outline(histogram.after, most), class_="after"),
        viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}",
        preserveAspectRatio="none",
        role="img",
        aria_label=label,
    )
    ends = tag(
        "p",
        tag("span", short(histogram.low)),
        tag("span", short(histogram.high)),
        class_="ends",
    )
    return tag("figure", tag("figcaption", named(histogram.name, target)), drawn, ends)


def _points(counts: Sequence[int], most: int) -> list[tuple[float, float]]:
    """Corners of the steps, from left to right."""
    width, tallest = _WIDTH / len(counts), math.log1p(most)
    heights = [_HEIGHT * (1 - 0.97 * math.log1p(count) / tallest) for count in counts]
    return [
        (corner * width, height)
        for number, height in enumerate(heights)
        for corner in (number, number + 1)
    ]


def _outline(counts: Sequence[int], most: int) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in _points(counts, most))


def _area(counts: Sequence[int], most: int) -> str:
    return f"M0 {_HEIGHT:g}L{_outline(counts, most)[1:]}L{_WIDTH:g} {_HEIGHT:g}Z"

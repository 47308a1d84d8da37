"""The figures, drawn by matplotlib: the same measurements, the same bytes."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from tools.bench.contestant import LITERT
from tools.bench.contestant import OURS as OURS_RUNTIME
from tools.bench.variant import DYNAMIC, FLOAT, OURS
from tools.figures.measured import Measured
from tools.results.places import LQ

FORMATS = ("svg", "png")
_METADATA: Mapping[str, Mapping[str, Any]] = {"svg": {"Date": None}, "png": {"Software": None}}
"""Neither dates nor versions: a figure is a function of what was measured."""
_STYLE = {"svg.hashsalt": "tflq", "svg.fonttype": "path", "font.size": 9}
_WIDTH_OF_MODEL, _MARGIN, _HEIGHT, _DPI = 1.05, 1.2, 3.4, 120
_BARS = 0.82
"""The share of a model's width that its bars take."""

OURS_OURS = "ours/ours"
COLOURS = {
    FLOAT: "#9ca3af",
    DYNAMIC: "#f59e0b",
    LQ: "#10b981",
    OURS: "#2563eb",
    OURS_OURS: "#1e3a8a",
}
TITLES = {
    FLOAT: "float",
    DYNAMIC: "TFLite's converter",
    LQ: "litert-quantizer",
    OURS: "tflite_quant",
    OURS_OURS: "tflite_quant, its own runtime",
}


@dataclass(frozen=True)
class Bars:
    """A figure: its file's name and title, the axis, the values of a model by kind, how a value is
    written, and whether bars are as high as that is beside the float model's value: models of all
    sizes then share an axis that begins at 0."""

    name: str
    title: str
    axis: str
    values: Callable[[Measured], Mapping[str, float]]
    text: Callable[[float], str]
    is_relative: bool


_RELATIVE = "float model = 1"


def _kilobytes(measured: Measured) -> Mapping[str, float]:
    return {kind: size / 1000 for kind, size in measured.bytes.items()}


def _milliseconds(measured: Measured) -> Mapping[str, float]:
    """Every file on LiteRT, and ours on our runtime."""
    times = measured.milliseconds
    found = {kind: times.get(f"{kind}/{LITERT}") for kind in measured.bytes}
    found[OURS_OURS] = times.get(f"{OURS}/{OURS_RUNTIME}")
    return {kind: value for kind, value in found.items() if value is not None}


def _percent(measured: Measured) -> Mapping[str, float]:
    return {kind: 100 * value for kind, value in measured.top1.items()}


FIGURES = (
    Bars("size", "Model size, kB", _RELATIVE, _kilobytes, lambda value: f"{value:,.0f}", True),
    Bars(
        "latency",
        "Latency, ms, on one thread of LiteRT",
        _RELATIVE,
        _milliseconds,
        lambda value: f"{value:.2g}",
        True,
    ),
    Bars("accuracy", "Accuracy", "top-1, %", _percent, lambda value: f"{value:.1f}", False),
)


def draw(bars: Bars, measured: Sequence[Measured], remark: str = "") -> dict[str, bytes]:
    """Format -> the file's bytes; models without values are left out."""
    shown = [(each.model, bars.values(each)) for each in measured if bars.values(each)]
    kinds = [kind for kind in COLOURS if any(kind in values for _, values in shown)]
    with mpl.rc_context(_STYLE):
        figure = _figure(bars, shown, kinds, remark)
        return {each: _saved(figure, each) for each in FORMATS}


def _figure(
    bars: Bars, shown: Sequence[tuple[str, Mapping[str, float]]], kinds: Sequence[str], remark: str
) -> Any:
    width = _MARGIN + _WIDTH_OF_MODEL * max(len(shown), 3)
    figure = Figure(figsize=(width, _HEIGHT), layout="constrained", dpi=_DPI)
    axes: Any = figure.subplots()
    for number, kind in enumerate(kinds):
        _add_kind(axes, bars, shown, kind, (number, len(kinds)))
    axes.set_xticks(range(len(shown)), [name.replace("_", "\n") for name, _ in shown])
    axes.set_ylabel(bars.axis)
    axes.set_title(bars.title + (f"; {remark}" if remark else ""), fontsize=10)
    axes.margins(y=0.12)
    axes.spines[["top", "right"]].set_visible(False)
    if kinds:
        figure.legend(loc="outside lower center", ncols=len(kinds), frameon=False)
    return figure


def _add_kind(
    axes: Any,
    bars: Bars,
    shown: Sequence[tuple[str, Mapping[str, float]]],
    kind: str,
    place: tuple[int, int],
) -> None:
    """One bar for each model that has the kind."""
    number, count = place
    left = -_BARS / 2 + _BARS * (number + 0.5) / count
    found = [(m, values) for m, (_, values) in enumerate(shown) if kind in values]
    drawn = axes.bar(
        [m + left for m, _ in found],
        [_height(bars, values, kind) for _, values in found],
        _BARS / count,
        color=COLOURS[kind],
        label=TITLES[kind],
    )
    labels = [bars.text(values[kind]) for _, values in found]
    axes.bar_label(drawn, labels, fontsize=6, rotation=90, padding=2)


def _height(bars: Bars, values: Mapping[str, float], kind: str) -> float:
    return values[kind] / values[FLOAT] if bars.is_relative else values[kind]


def _saved(figure: Any, format_name: str) -> bytes:
    content = io.BytesIO()
    figure.savefig(content, format=format_name, metadata=_METADATA[format_name])
    return content.getvalue()

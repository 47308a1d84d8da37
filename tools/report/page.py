"""The page: one HTML file that needs nothing else, neither network nor script to be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

from quant.model_report import ModelReport
from tools.report.constant_section import constant_section
from tools.report.effect_section import effect_section
from tools.report.element import html, tag
from tools.report.front_section import front_section
from tools.report.headline import findings_section, headline
from tools.report.histogram_section import histogram_section
from tools.report.layer_section import layer_section
from tools.report.size_section import size_section
from tools.report.time_section import time_section

SECTIONS: Sequence[tuple[str, Callable[[ModelReport], Element | None]]] = (
    ("What to do", findings_section),
    ("Size", size_section),
    ("Layers", layer_section),
    ("Sensitivity", effect_section),
    ("Values", histogram_section),
    ("Accuracy budget", front_section),
    ("Time", time_section),
    ("Constants", constant_section),
)
"""In the order of the page; one that has nothing to show is None."""

_FOLDER = Path(__file__).parent
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
"""A browser that reads it lets the page fetch nothing."""


def page(report: ModelReport) -> str:
    """The text of the page; the same report makes the same bytes."""
    shown = [(title, section) for title, make in SECTIONS if (section := make(report)) is not None]
    links = [tag("a", title, href=f"#{section.get('id')}") for title, section in shown]
    body = tag(
        "body",
        tag("a", "Skip to the findings", href="#findings", class_="skip"),
        headline(report),
        tag("nav", links, aria_label="Sections"),
        tag("main", [section for _, section in shown]),
        tag("footer", "Made by tflite_quant. All numbers of this page are in its JSON twin."),
        tag("script", _read("page.js")),
    )
    return html(tag("html", _head(report), body, lang="en"))


def _head(report: ModelReport) -> Element:
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("title", f"{report.name}: quantization report"),
        tag("style", _read("page.css")),
    )


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")

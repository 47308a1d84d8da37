"""Charts as plain SVG: axes are drawn here, what is in them by those who know what it means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from tools.report.element import tag

LEFT, RIGHT, TOP, BOTTOM = 56.0, 12.0, 10.0, 34.0


@dataclass(frozen=True)
class Frame:
    """A chart of ``width`` x ``height`` whose axes go over ``x`` and ``y``, each (low, high)."""

    width: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]

    def across(self, value: float) -> float:
        """Where a value of x is."""
        share = (value - self.x[0]) / (self.x[1] - self.x[0])
        return LEFT + share * (self.width - LEFT - RIGHT)

    def up(self, value: float) -> float:
        """Where a value of y is."""
        share = (value - self.y[0]) / (self.y[1] - self.y[0])
        return self.height - BOTTOM - share * (self.height - TOP - BOTTOM)


def chart(
    frame: Frame,
    label: str,
    titles: tuple[str, str],
    ticks: tuple[Sequence[float], Sequence[float]],
    texts: tuple[Callable[[float], str], Callable[[float], str]],
    marks: Sequence[Element],
) -> Element:
    """The chart, in a box that scrolls where the window is narrow. ``titles``, ``ticks`` and
    ``texts``, which writes a tick, are of x and y."""
    drawn = tag(
        "svg",
        [_tick_y(frame, value, texts[1]) for value in ticks[1]],
        [_tick_x(frame, value, texts[0]) for value in ticks[0]],
        _title(titles[0], (frame.width + LEFT - RIGHT) / 2, frame.height - 2, "middle"),
        marks,
        viewBox=f"0 0 {frame.width:g} {frame.height:g}",
        role="img",
        aria_label=label,
    )
    name = tag("p", titles[1], class_="axis")
    return tag(
        "div", name, drawn, class_="scroll chart", tabindex="0", role="region", aria_label=label
    )


def _tick_y(frame: Frame, value: float, text: Callable[[float], str]) -> Element:
    y = f"{frame.up(value):.1f}"
    return tag(
        "g",
        tag("line", x1=f"{LEFT:g}", x2=f"{frame.width - RIGHT:g}", y1=y, y2=y, class_="grid"),
        tag("text", text(value), x=f"{LEFT - 8:g}", y=y, dy="0.32em", text_anchor="end"),
    )


def _tick_x(frame: Frame, value: float, text: Callable[[float], str]) -> Element:
    x, y = f"{frame.across(value):.1f}", frame.height - BOTTOM + 15
    return tag("text", text(value), x=x, y=f"{y:g}", text_anchor="middle")


def _title(text: str, x: float, y: float, anchor: str) -> Element:
    return tag("text", text, x=f"{x:g}", y=f"{y:g}", text_anchor=anchor, class_="axis-title")


def round_steps(low: float, high: float, count: int = 5) -> list[float]:
    """About so many round numbers from low to high: steps of 1, 2 or 5 times a power of ten."""
    span = max(high - low, 1e-12)
    power = 10.0 ** _floor_log10(span / count)
    step = next(power * each for each in (1, 2, 5, 10) if power * each * count >= span)
    first = -int(-low // step) if low > 0 else int(low // step)
    values = [number * step for number in range(first, first + 2 * count + 3)]
    return [value for value in values if low - step * 1e-9 <= value <= high + step * 1e-9]


def _floor_log10(value: float) -> int:
    power = 0
    while 10.0**power > value:
        power -= 1
    while 10.0 ** (power + 1) <= value:
        power += 1
    return power

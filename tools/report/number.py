"""Numbers as people read them."""

from __future__ import annotations

from quant.weight_error import MOST_DB

_UNITS = ("B", "kB", "MB", "GB")
_THOUSAND = 1000
MINUS = "\N{MINUS SIGN}"


def size(count: int) -> str:
    """Bytes with three digits and a decimal unit: ``4.87 MB``."""
    value, unit = float(count), 0
    while value >= _THOUSAND - 0.5 and unit < len(_UNITS) - 1:
        value, unit = value / _THOUSAND, unit + 1
    if unit == 0:
        return f"{count} B"
    digits = 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:.{digits}f} {_UNITS[unit]}"


def decibels(value: float | None) -> str:
    """One decimal, without the unit; a dash for what is not known, ``exact`` for no error."""
    if value is None:
        return "\N{EN DASH}"
    if value >= MOST_DB:
        return "exact"
    return signed(f"{value:.1f}")


def short(value: float | None) -> str:
    """Three significant digits."""
    return "\N{EN DASH}" if value is None else signed(f"{value:.3g}")


def score(value: float) -> str:
    """A metric: four decimals."""
    return signed(f"{value:.4f}")


def percent(share: float) -> str:
    """One decimal below ten percent."""
    return f"{share:.1%}" if share < 0.1 else f"{share:.0%}"


def milliseconds(seconds: float) -> str:
    """Three significant digits."""
    return f"{seconds * _THOUSAND:.3g}"


def with_signs(text: str) -> str:
    """What a threshold says, with the signs of mathematics."""
    return text.replace(">=", "\N{GREATER-THAN OR EQUAL TO}").replace(
        "<=", "\N{LESS-THAN OR EQUAL TO}"
    )


def signed(text: str) -> str:
    """With the sign that is as wide as a plus; zero has none."""
    if text[:1] in "+-" and not text.strip("+-0."):
        return text[1:]
    return text.replace("-", MINUS) if text[:1] == "-" else text

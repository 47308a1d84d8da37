"""Small tables for notebooks: plain HTML, escaped, no scripts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

MOST_ROWS = 12
"""More are counted in the last row."""


def html_table(caption: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of text and numbers; the first column is to the left, the others to the right."""
    given = [*rows]
    body = "".join(_row("td", row) for row in given[:MOST_ROWS])
    left = len(given) - MOST_ROWS
    if left > 0:
        body += f'<tr><td colspan="{len(head)}">and {left:,} more</td></tr>'
    return f"<table><caption>{escape(caption)}</caption>{_row('th', head)}{body}</table>"


def _row(cell: str, values: Sequence[object]) -> str:
    made = (
        f'<{cell} style="text-align:{"right" if i else "left"}">{escape(_text(value))}</{cell}>'
        for i, value in enumerate(values)
    )
    return f"<tr>{''.join(made)}</tr>"


def _text(value: object) -> str:
    if value is None:
        return "\N{EN DASH}"
    if isinstance(value, float):
        return f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)

"""Tables that can be sorted and filtered, and read without either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from tools.report.element import Child, tag


@dataclass(frozen=True)
class Cell:
    """``value`` is what a column is sorted by: the text itself where it is None. ``mark`` is a
    class of the cell."""

    content: Child
    value: float | None = None
    mark: str | None = None


@dataclass(frozen=True)
class Column:
    """``title`` is explained by ``meaning``; ``is_number`` aligns it to the right, and first
    sorts it downwards."""

    title: str
    meaning: str
    is_number: bool = False


@dataclass(frozen=True)
class Row:
    """``id`` is where links lead, ``mark`` a class of the row."""

    id: str | None
    cells: Sequence[Cell]
    mark: str | None = None


def table(
    id_: str, caption: str, columns: Sequence[Column], rows: Sequence[Row], has_filter: bool = False
) -> Element:
    """The table, with a field to filter its rows above it if it has one."""
    head = tag("thead", tag("tr", [_head(column) for column in columns]))
    body = tag("tbody", [_row(row, columns) for row in rows])
    made = tag("table", tag("caption", caption), head, body, id=id_, class_="sortable")
    scroller = tag("div", made, class_="scroll", tabindex="0", role="region", aria_label=caption)
    return tag("div", _filter(id_, caption) if has_filter else None, scroller, class_="tabled")


def _head(column: Column) -> Element:
    button = tag("button", column.title, type="button", title=column.meaning)
    return tag("th", button, scope="col", class_="number" if column.is_number else None)


def _row(row: Row, columns: Sequence[Column]) -> Element:
    cells = [
        _cell(cell, column, "th" if number == 0 else "td")
        for number, (cell, column) in enumerate(zip(row.cells, columns, strict=True))
    ]
    return tag("tr", cells, id=row.id, class_=row.mark, tabindex="-1" if row.id else None)


def _cell(cell: Cell, column: Column, name: str) -> Element:
    classes = [*(["number"] if column.is_number else []), *([cell.mark] if cell.mark else [])]
    return tag(
        name,
        cell.content,
        scope="row" if name == "th" else None,
        class_=" ".join(classes) or None,
        data_value=None if cell.value is None else f"{cell.value:.6g}",
    )


def _filter(id_: str, caption: str) -> Element:
    field = tag(
        "input",
        type="search",
        placeholder="Filter\N{HORIZONTAL ELLIPSIS}",
        data_table=id_,
        aria_label=f"Filter: {caption}",
    )
    return tag(
        "p", field, tag("output", "", class_="count", aria_live="polite"), class_="filter screen"
    )

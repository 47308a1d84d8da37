"""Where the bytes of the quantized file are: by constant as a treemap, by operator as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from xml.etree.ElementTree import Element

from quant.model_report import ModelReport
from quant.stored_constant import StoredConstant
from tools.report.anchor import constant_id, shortened
from tools.report.element import tag
from tools.report.number import percent, size
from tools.report.table import Cell, Column, Row, table
from tools.report.treemap import Area, squarified

_WIDTH, _HEIGHT = 1000.0, 380.0
_SMALLEST_SHARE = 0.003
"""What is smaller shares one cell with all that is."""
_NAMED_AREA = 0.012
"""Of the whole: a smaller cell has no room for text."""
_NO_OPERATOR = "read by no operator"

_COLUMNS = (
    Column("Operator", "The kind of operator that reads the constants"),
    Column("Count", "Operators of the kind in the quantized model", True),
    Column("Float bytes", "Its constants in the float model", True),
    Column("Bytes", "Its constants in the quantized model, with their scales", True),
    Column("Share", "Of the quantized file", True),
)


@dataclass(frozen=True)
class _Piece:
    bytes: int
    title: str
    kind: str
    target: str | None = None


def size_section(report: ModelReport) -> Element:
    """The treemap and the table."""
    pieces = _pieces(report)
    return tag(
        "section",
        tag("h2", "Where the bytes are"),
        tag(
            "figure",
            tag("div", _cells(pieces), class_="treemap"),
            tag("figcaption", _legend(pieces)),
        ),
        _by_operator(report),
        id="size",
    )


def _pieces(report: ModelReport) -> list[_Piece]:
    least = _SMALLEST_SHARE * report.sizes.after
    shown = [each for each in report.constants if each.bytes_after >= least]
    rest = [each for each in report.constants if 0 < each.bytes_after < least]
    pieces = [_Piece(c.bytes_after, c.name, c.type.lower(), constant_id(c)) for c in shown]
    if rest:
        title = f"{len(rest)} smaller constants"
        pieces.append(_Piece(sum(each.bytes_after for each in rest), title, "other", "constants"))
    if report.sizes.structure:
        pieces.append(_Piece(report.sizes.structure, "graph, names and metadata", "structure"))
    return sorted(pieces, key=lambda each: (-each.bytes, each.title))


def _cells(pieces: Sequence[_Piece]) -> list[Element]:
    areas = squarified([each.bytes for each in pieces], _WIDTH, _HEIGHT)
    total = sum(each.bytes for each in pieces)
    prefix = _common_path([each.title for each in pieces if each.target not in (None, "constants")])
    return [
        _cell(piece, area, total, shortened(piece.title).removeprefix(prefix))
        for piece, area in zip(pieces, areas, strict=True)
    ]


def _common_path(names: Sequence[str]) -> str:
    """What the names of all constants begin with, up to a slash: it tells them not apart."""
    folders = [shortened(name).split("/")[:-1] for name in names]
    common = takewhile(lambda parts: len({*parts}) == 1, zip(*folders, strict=False))
    return "".join(f"{parts[0]}/" for parts in common)


def _cell(piece: _Piece, area: Area, total: int, title: str) -> Element:
    whole = _WIDTH, _HEIGHT
    style = (
        f"left:{area.left / whole[0]:.3%};top:{area.top / whole[1]:.3%};"
        f"width:{area.width / whole[0]:.3%};height:{area.height / whole[1]:.3%}"
    )
    text = f"{piece.title}: {size(piece.bytes)}, {percent(piece.bytes / total)}"
    is_named = piece.bytes / total >= _NAMED_AREA
    label = tag("b", title) if is_named else None
    detail = tag("small", size(piece.bytes)) if is_named else None
    return tag(
        "a" if piece.target else "span",
        label,
        detail,
        href=f"#{piece.target}" if piece.target else None,
        class_=f"cell type-{piece.kind}" + " tiny" * (not is_named),
        style=style,
        title=text,
        aria_label=text,
        role=None if piece.target else "img",
        tabindex="-1" if piece.target else None,
    )


def _legend(pieces: Sequence[_Piece]) -> list[Element]:
    sums: Counter[str] = Counter()
    for piece in pieces:
        sums[piece.kind] += piece.bytes
    return [
        tag("span", tag("i", class_=f"swatch type-{kind}"), f"{kind} {size(count)}", class_="key")
        for kind, count in sums.most_common()
    ]


def _by_operator(report: ModelReport) -> Element:
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for each in report.constants:
        kind = _reader(each)
        before[kind] += each.bytes_before
        after[kind] += each.bytes_after
    counts = report.operators
    kinds = sorted({*counts, *after}, key=lambda kind: (-after[kind], kind))
    rows = [
        Row(None, _operator_cells(report, kind, before[kind], after[kind]))
        for kind in kinds
        if after[kind] or counts.get(kind)
    ]
    return table("by-operator", "Bytes by operator", _COLUMNS, rows)


def _operator_cells(report: ModelReport, kind: str, before: int, after: int) -> list[Cell]:
    count = report.operators.get(kind, 0)
    share = after / report.sizes.after
    bar = tag("span", percent(share), class_="bar", style=f"--share:{share:.3f}")
    return [
        Cell(kind),
        Cell(str(count), count),
        Cell(f"{before:,}", before),
        Cell(f"{after:,}", after),
        Cell(bar, share),
    ]


def _reader(constant: StoredConstant) -> str:
    return constant.readers[0] if constant.readers else _NO_OPERATOR

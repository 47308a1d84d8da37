"""Text that source files of every language share."""

from __future__ import annotations

from collections.abc import Sequence

_INDENT = "    "


def indented(lines: Sequence[str]) -> list[str]:
    """The lines one level deeper; empty ones stay empty."""
    return [_INDENT + line if line else line for line in lines]


def shape_text(shape: Sequence[int]) -> str:
    """``1, 8, 8, 1``."""
    return ", ".join(map(str, shape))


def one_line(text: str) -> str:
    """The text as a comment may hold it."""
    return "".join(character if character.isprintable() else " " for character in text)

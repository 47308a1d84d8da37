"""Pages in Markdown: their fenced blocks, links and anchors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests import checkout

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_TITLE = re.compile(r"^#+ (.+)$", re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")
ROOT_PAGES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")


@dataclass(frozen=True)
class Block:
    language: str
    text: str


def pages() -> list[Path]:
    """Every page that users read: those of the root and of docs/."""
    docs = checkout.path("docs/rules.md").parent
    return [*map(checkout.path, ROOT_PAGES), *sorted(docs.rglob("*.md"))]


def blocks(page: Path) -> list[Block]:
    """In order."""
    return [Block(*found) for found in _BLOCK.findall(page.read_text(encoding="utf-8"))]


def links(page: Path) -> list[str]:
    """The targets of links and images, without those in code."""
    return _LINK.findall(_CODE.sub("", _BLOCK.sub("", page.read_text(encoding="utf-8"))))


def anchors(page: Path) -> list[str]:
    """Those of the titles, as GitHub and mkdocs name them."""
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    return [_anchor(title) for title in _TITLE.findall(text)]


def _anchor(title: str) -> str:
    shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title)
    return re.sub(r"[^\w\- ]", "", shown.lower().strip()).replace(" ", "-")

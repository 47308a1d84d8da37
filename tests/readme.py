"""The fenced blocks of README.md, which tests run."""

import re

from tests import checkout

README = checkout.path("README.md")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    """The text of the blocks of a language, in order."""
    return [text for name, text in _BLOCK.findall(README.read_text()) if name == language]


def languages() -> set[str]:
    return {name for name, _ in _BLOCK.findall(README.read_text())}


def block(language: str, containing: str) -> str:
    """The only block of a language that contains a text."""
    (found,) = [text for text in blocks(language) if containing in text]
    return found

"""The fenced blocks of README.md, which tests run."""

from tests import checkout, markdown

README = checkout.path("README.md")


def blocks(language: str) -> list[str]:
    """The text of the blocks of a language, in order."""
    return [block.text for block in markdown.blocks(README) if block.language == language]


def languages() -> set[str]:
    return {block.language for block in markdown.blocks(README)}


def block(language: str, containing: str) -> str:
    """The only block of a language that contains a text."""
    (found,) = [text for text in blocks(language) if containing in text]
    return found

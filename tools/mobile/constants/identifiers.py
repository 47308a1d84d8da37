"""Names of tensors and signatures as identifiers of programming languages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence


def words(name: str) -> list[str]:
    """The words of a name: ASCII letters and digits, also where a capital begins one."""
    return re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", name)


def pascal(name: str) -> str:
    """``serving_default`` -> ``ServingDefault``; nothing that begins with a digit."""
    text = "".join(word[0].upper() + word[1:].lower() for word in words(name))
    return _begun(text, "N")


def upper_snake(name: str) -> str:
    """``servingDefault`` -> ``SERVING_DEFAULT``; nothing that begins with a digit."""
    return _begun("_".join(words(name)).upper(), "N")


def _begun(text: str, letter: str) -> str:
    return text if text[:1].isalpha() else letter + text


def distinct(names: Sequence[str]) -> list[str]:
    """The names, each that is there twice with its place in the list added."""
    counts = Counter(name.lower() for name in names)
    return [
        name if counts[name.lower()] == 1 else f"{name}_{place}" for place, name in enumerate(names)
    ]

"""Writes a file beside its destination and renames it, so that no partial file is ever seen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kernels.errors import InputError


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A path in the destination's folder; what is written there replaces the destination
    when the block ends well, and is removed when it does not.

    Makes the folder where it is missing. Raises InputError where it cannot be written to.
    """
    destination = Path(path)
    beside = destination.with_name(f".{destination.name}.{os.getpid()}.partial")
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        yield beside
        os.replace(beside, destination)
    except OSError as error:
        raise InputError(
            f"{destination} cannot be written: {error.strerror or error}.",
            "Name another output, or free the place.",
        ) from error
    finally:
        with suppress(OSError):  # renamed, or never there
            beside.unlink()


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Writes UTF-8 text, replacing the file at once."""
    with replacing(path) as beside:
        beside.write_text(text, encoding="utf-8")


def write_bytes(path: str | os.PathLike[str], content: bytes) -> None:
    """Writes bytes, replacing the file at once."""
    with replacing(path) as beside:
        beside.write_bytes(content)

"""A digest of a folder: equal where names and contents are equal, on every machine."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from kernels.errors import InputError

_LENGTH_BYTES = 8


def digest_directory(path: str | os.PathLike[str]) -> str:
    """SHA-256, in hex, over every file's relative name and content, in the order of names.

    Links are followed (Bazel gives a folder as a tree of links); empty folders, times, owners
    and modes do not count. Raises InputError for what is no folder or cannot be read.
    """
    root = Path(path)
    if not root.is_dir():
        raise InputError(f"{root} is not a folder.", "Give the folder of a SavedModel.")
    total = hashlib.sha256()
    try:
        for name, file in sorted((_name(file, root), file) for file in _files(root, ())):
            total.update(len(name).to_bytes(_LENGTH_BYTES, "big") + name)
            with file.open("rb") as stream:
                total.update(hashlib.file_digest(stream, "sha256").digest())
    except OSError as error:
        raise InputError(
            f"{error.filename} cannot be read: {error.strerror}.", "Make it readable."
        ) from error
    return total.hexdigest()


def _files(folder: Path, above: tuple[str, ...]) -> Iterator[Path]:
    real = os.path.realpath(folder)
    if real in above:
        raise InputError(f"{folder} links to a folder above itself.", "Remove the link.")
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry, (*above, real))
        else:
            yield entry


def _name(file: Path, root: Path) -> bytes:
    return file.relative_to(root).as_posix().encode("utf-8", "surrogateescape")

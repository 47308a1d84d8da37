"""SHA-256 digests of files, folders and the project's own sources."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

SOURCES = ("kernels", "quant")
"""The packages that decide what a quantized model is."""
_BLOCK = 1 << 20


def file_digest(path: Path) -> str:
    """The digest of a file's bytes, in hexadecimal; OSError where it cannot be read."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def folder_digest(folder: Path) -> str:
    """The digest of a folder: of a line ``<digest>  <relative path>`` for each file, by path.

    The same as ``find . -type f | sed 's|^./||' | LC_ALL=C sort | xargs sha256sum | sha256sum``.
    """
    return _listing_digest(folder, (path for path in folder.rglob("*") if path.is_file()))


def path_digest(path: Path) -> str:
    """That of a file or of a folder."""
    return folder_digest(path) if path.is_dir() else file_digest(path)


@cache
def tool_digest() -> str:
    """The digest of the sources that make a quantized model, as that of a folder."""
    root = Path(__file__).parent.parent
    return _listing_digest(root, (path for name in SOURCES for path in (root / name).rglob("*.py")))


def _listing_digest(root: Path, files: Iterable[Path]) -> str:
    paths = sorted((path.relative_to(root).as_posix().encode(), path) for path in files)
    lines = [file_digest(path).encode() + b"  " + name + b"\n" for name, path in paths]
    return hashlib.sha256(b"".join(lines)).hexdigest()

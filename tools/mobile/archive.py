"""ZIP archives whose bytes depend on their content only."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from kernels.output_file import replacing

Entries = Mapping[str, bytes | Path]
"""Name in the archive -> its bytes, or the file that has them."""

_FIRST_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest that the format can say."""
_UNIX = 3
_PERMISSIONS = 0o100644


def write_archive(path: str | os.PathLike[str], entries: Entries) -> None:
    """Writes the entries, sorted by name and stored: what compresses is not the same in every
    release of zlib. Files are copied piece by piece, so that a model need not fit in memory.

    Raises InputError where the archive cannot be written, or a file not be read.
    """
    with replacing(path) as beside, beside.open("wb") as file:
        _write(file, entries)


def archive_bytes(entries: Entries) -> bytes:
    """The same archive in memory."""
    file = io.BytesIO()
    _write(file, entries)
    return file.getvalue()


def _write(file: BinaryIO, entries: Entries) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in sorted(entries.items()):
            _add(archive, _info(name), content)


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _FIRST_DATE)
    info.create_system = _UNIX
    info.external_attr = _PERMISSIONS << 16
    return info


def _add(archive: zipfile.ZipFile, info: zipfile.ZipInfo, content: bytes | Path) -> None:
    if isinstance(content, bytes):
        archive.writestr(info, content)
        return
    info.file_size = content.stat().st_size  # says whether the entry needs ZIP64
    with content.open("rb") as source, archive.open(info, "w") as target:
        shutil.copyfileobj(source, target)

"""A finished app, opened: the files in it, and where each lies."""

from __future__ import annotations

import hashlib
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from kernels.errors import InputError
from tools.mobile.bundle_config import read_compression

_LOCAL_HEADER = struct.Struct("<26xHH")
"""Of a ZIP entry: the lengths of its name and of its extra field end the fixed part."""


@dataclass(frozen=True)
class Format:
    """A kind of app. ``reach`` matches the start of the paths that the app's code can open;
    ``mapped``: the phone maps files where they lie in this very archive; ``repacked``: it
    installs archives that are made of this one, and this one says how."""

    name: str
    reach: str
    mapped: bool = False
    repacked: bool = False


FOLDER = Format("folder", "")
FORMATS: Mapping[str, Format] = {
    ".apk": Format("APK", "(assets|res)/", mapped=True),
    ".aab": Format("app bundle", "[^/]+/(assets|res)/", repacked=True),
    ".aar": Format("AAR", "(assets|res)/"),
    ".ipa": Format("IPA", r"Payload/[^/]+\.app/"),
}
"""Suffix -> the archive that it names. What is none of these must be a folder."""


@dataclass(frozen=True)
class File:
    """A file in an app. ``offset`` is where its bytes lie in the archive, None in a folder;
    ``kept``: it stays uncompressed in what is installed."""

    path: str
    size: int
    open: Callable[[], IO[bytes]]
    offset: int | None = None
    compressed: bool = False
    kept: bool = True

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @contextmanager
    def reading(self) -> Iterator[IO[bytes]]:
        """The bytes that the app reads, decompressed. Raises InputError where they are damaged."""
        try:
            with self.open() as stream:
                yield stream
        except (OSError, zipfile.BadZipFile, zlib.error, RuntimeError) as error:
            raise InputError(
                f"{self.path} of the app cannot be read: {error}.", "Build the app again."
            ) from error

    def sha256(self) -> str:
        """The digest of those bytes."""
        with self.reading() as stream:
            return sha256(stream)


@dataclass(frozen=True)
class App:
    """A finished app, or a library or folder on the way to one."""

    format: Format
    files: Sequence[File]

    def reaches(self, file: File) -> bool:
        """Whether the app's code can open the file."""
        return re.match(self.format.reach, file.path) is not None


def sha256(stream: IO[bytes]) -> str:
    """The digest of what is left in a stream, read piece by piece."""
    digest = hashlib.sha256()
    while piece := stream.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()


def open_app(path: Path) -> App:
    """Reads what the app holds; the bytes of its files only when asked for.

    Raises InputError where the path is neither a folder nor a sound archive of a known suffix.
    """
    if path.is_dir():
        return App(FOLDER, tuple(_in_folder(path)))
    known = FORMATS.get(path.suffix.lower())
    if known is None:
        raise InputError(
            f"{path} is no app that is known here.",
            f"Give a folder, or a file that ends in one of: {', '.join(FORMATS)}.",
        )
    try:
        return App(known, tuple(_in_archive(path, known)))
    except (OSError, zipfile.BadZipFile, struct.error, NotImplementedError) as error:
        raise InputError(
            f"{path} cannot be read as an {known.name}: {error}.",
            "Build it again: it is damaged, or no such archive.",
        ) from error


def _in_folder(folder: Path) -> Iterator[File]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            yield File(name, path.stat().st_size, _opener(path))


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


def _in_archive(path: Path, known: Format) -> Iterator[File]:
    archive = zipfile.ZipFile(path)
    compression = read_compression(archive) if known.repacked else None
    with path.open("rb") as raw:
        for info in archive.infolist():
            if info.is_dir():
                continue
            yield File(
                path=info.filename,
                size=info.file_size,
                open=partial(archive.open, info),
                offset=_data_offset(raw, info),
                compressed=info.compress_type != zipfile.ZIP_STORED,
                kept=compression is None or compression.keeps(info.filename),
            )


def _data_offset(raw: IO[bytes], info: zipfile.ZipInfo) -> int:
    """The central directory does not know it: the local header has extras of its own."""
    raw.seek(info.header_offset)
    name, extra = _LOCAL_HEADER.unpack(raw.read(_LOCAL_HEADER.size))
    return info.header_offset + _LOCAL_HEADER.size + int(name) + int(extra)

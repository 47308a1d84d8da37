"""The ZIP archive behind the flatbuffer: the associated files of TFLite Metadata.

Found as Python's zipfile finds it, from the end. Its offsets may count from the start of the
file or of the archive; a ``Model`` carries it counting from the archive's own start.
Format: APPNOTE.TXT 6.3, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.16 (end).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from kernels.errors import ModelError

_LOCAL_SIGNATURE = b"PK\3\4"
_ENTRY_SIGNATURE = b"PK\1\2"
_END_SIGNATURE = b"PK\5\6"
# Directory entry: name, extra field and comment lengths; then the local header's offset.
_ENTRY = struct.Struct("<4s24x3H8xI")
# End record: directory size, directory offset, comment length.
_END = struct.Struct("<4s8xIIH")
_ENTRY_OFFSET_AT = 42
_DIRECTORY_OFFSET_AT = 16
_COMMENT_LIMIT = 65535
_OFFSET_LIMIT = 2**32 - 1
"""What stands in a 32-bit field where the value is in a ZIP64 record."""


@dataclass(frozen=True)
class _Archive:
    """Positions in the data: of the archive, its end record, and every stored offset.

    ``base`` is what the stored offsets count from.
    """

    start: int
    end: int
    base: int
    offsets: tuple[int, ...]


def find_tail(data: memoryview) -> bytes:
    """The archive at the end of a file, offsets counting from its start; b"" if there is none.

    Raises ModelError if there is one and it is damaged.
    """
    archive = _find(data)
    if archive is None:
        return b""
    return _moved(data[archive.start :], archive, archive.base - archive.start)


def place_tail(tail: bytes | memoryview, start: int) -> bytes:
    """The archive with offsets counting from the file that it begins at ``start`` in."""
    archive = _find(memoryview(tail))
    if archive is None or archive.start != 0 or archive.base != 0:
        raise ModelError(
            f"The model's tail of {len(tail)} bytes is no ZIP archive.",
            "Leave Model.tail as it was read, or give it a whole archive.",
        )
    return _moved(memoryview(tail), archive, start)


def _moved(tail: memoryview, archive: _Archive, distance: int) -> bytes:
    moved = bytearray(tail)
    for position in archive.offsets:
        at = position - archive.start
        (offset,) = struct.unpack_from("<I", moved, at)
        if offset + distance >= _OFFSET_LIMIT:
            raise ModelError(
                f"The ZIP archive would be {offset + distance} bytes into the file.",
                "A ZIP archive with 32-bit offsets ends at 4 GB: shrink the model.",
            )
        struct.pack_into("<I", moved, at, offset + distance)
    return bytes(moved)


def _damaged(problem: str) -> NoReturn:
    raise ModelError(
        f"The ZIP archive at the end of the file {problem}.",
        "Fetch the file again, or pack its associated files again.",
    )


def _find_end(data: memoryview) -> int | None:
    """Where the end record is: its comment reaches exactly to the end of the data."""
    window_start = max(0, len(data) - _END.size - _COMMENT_LIMIT)
    window = bytes(data[window_start:])
    at = window.rfind(_END_SIGNATURE)
    while at >= 0:
        if at + _END.size <= len(window):
            comment_bytes = _END.unpack_from(window, at)[-1]
            if at + _END.size + comment_bytes == len(window):
                return window_start + at
        at = window.rfind(_END_SIGNATURE, 0, at)
    return None


def _find(data: memoryview) -> _Archive | None:
    end = _find_end(data)
    if end is None:
        return None
    _, directory_bytes, directory_offset, _ = _END.unpack_from(data, end)
    if directory_offset == _OFFSET_LIMIT:
        _damaged("is a ZIP64 archive, which is not supported")
    base = end - directory_bytes - directory_offset
    if base < 0:
        _damaged(f"has a directory of {directory_bytes} bytes at {directory_offset}")
    entries = list(_entries(data, end - directory_bytes, end))
    starts = [base + offset for _, offset in entries]
    for start in starts:
        if data[start : start + len(_LOCAL_SIGNATURE)] != _LOCAL_SIGNATURE:
            _damaged(f"names a file at byte {start}, where none is")
    offsets = (*(position for position, _ in entries), end + _DIRECTORY_OFFSET_AT)
    return _Archive(min(starts, default=end - directory_bytes), end, base, offsets)


def _entries(data: memoryview, position: int, end: int) -> Iterator[tuple[int, int]]:
    """(position of the stored offset, offset) of every file in the directory."""
    while position < end:
        if position + _ENTRY.size > end:
            _damaged(f"has a directory entry cut off at byte {position}")
        signature, *lengths, offset = _ENTRY.unpack_from(data, position)
        if signature != _ENTRY_SIGNATURE:
            _damaged(f"has no directory entry at byte {position}")
        yield position + _ENTRY_OFFSET_AT, offset
        position += _ENTRY.size + sum(lengths)

"""The records of a TFRecord file.

A record is its length (uint64), the checksum of that, its bytes, and their checksum; all little
endian. A checksum is a CRC-32C, rotated and offset (TensorFlow's ``record_writer.h``,
``crc32c.h``).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from kernels.errors import DataError

_HEADER = struct.Struct("<QI")
_FOOTER = struct.Struct("<I")
_LENGTH_BYTES = 8
_ROTATED, _OFFSET, _WORD = 15, 0xA282EAD8, 0xFFFFFFFF
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Record:
    """Where the bytes of a record are."""

    path: Path
    number: int
    start: int
    length: int

    def __str__(self) -> str:
        return f"record {self.number} of {self.path}"


def masked_crc(data: bytes) -> int:
    """The checksum that a TFRecord has of these bytes."""
    import google_crc32c

    crc: int = google_crc32c.value(data)
    return ((crc >> _ROTATED | crc << (32 - _ROTATED)) + _OFFSET) & _WORD


def find_records(path: Path, limit: int | None = None) -> tuple[Record, ...]:
    """The first ``limit`` records, all if None; reads only their lengths.

    Raises DataError for a file that is not there, empty, compressed, cut short or damaged.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            records: list[Record] = []
            place = 0
            while place < size and (limit is None or len(records) < limit):
                file.seek(place)
                header = file.read(_HEADER.size)
                length = _length(path, len(records), header)
                records.append(Record(path, len(records), place + _HEADER.size, length))
                place += _HEADER.size + length + _FOOTER.size
    except OSError as error:
        raise DataError(
            f"{path} cannot be read: {error.strerror}.", "Name a TFRecord file."
        ) from error
    if place > size:
        raise _damaged(f"{records[-1]} is cut short")
    if not records:
        raise DataError(f"{path} has no records.", "Write at least one.")
    return tuple(records)


def _length(path: Path, number: int, header: bytes) -> int:
    if len(header) == _HEADER.size:
        length, checksum = _HEADER.unpack(header)
        if masked_crc(header[:_LENGTH_BYTES]) == checksum:
            return int(length)
    if number == 0 and header.startswith(_GZIP):
        raise DataError(f"{path} is compressed.", "Decompress it: gzip -d.")
    if number == 0:
        raise DataError(f"{path} is no TFRecord file.", "Write it with tf.io.TFRecordWriter.")
    raise _damaged(f"{path} is damaged after {number} records")


def read_record(record: Record) -> bytes:
    """The bytes of a record. Raises DataError if they are not those that were written."""
    try:
        with record.path.open("rb") as file:
            file.seek(record.start)
            data = file.read(record.length)
            footer = file.read(_FOOTER.size)
    except OSError as error:
        raise _damaged(f"{record} cannot be read: {error.strerror}") from error
    if len(footer) < _FOOTER.size or _FOOTER.unpack(footer)[0] != masked_crc(data):
        raise _damaged(f"{record} has another checksum than was written")
    return data


def _damaged(problem: str) -> DataError:
    return DataError(f"{problem}.", "Copy the file again from where it was made.")

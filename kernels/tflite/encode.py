"""``Table`` values to the bytes of a file; the same values, the same bytes.

A flatbuffer offset points forward, so the data of buffers is laid out after everything else, and
the offsets to it are filled in once the size of the structure is known. Weights are never copied.
"""

from __future__ import annotations

from dataclasses import dataclass

from kernels.model import Table
from kernels.tflite.schema import BULK_ALIGNMENT
from kernels.tflite.structure import DATA_OFFSET, OUTSIDE_OFFSET, Bytes, Structure, structure

FLATBUFFER_BYTES = 2**31 - 1
"""Offsets are signed in places, so nothing of a flatbuffer may lie beyond this."""

_LENGTH_BYTES = 4


@dataclass(frozen=True)
class Encoded:
    """A file as the pieces to write one after the other, and the sum of their bytes."""

    chunks: tuple[Bytes, ...]
    size: int


def encode(model: Table, flatbuffer_bytes: int = FLATBUFFER_BYTES) -> Encoded:
    """The file that says ``model``, a table ``Model``.

    Buffers of which the data is one object share it; all data is aligned to 16 bytes. Where the
    flatbuffer would be beyond ``flatbuffer_bytes``, data lies behind it (``Buffer.offset``).
    Raises ModelError for a value that its field cannot hold.
    """
    inside = _laid_out(structure(model), inside=True)
    if inside.size <= flatbuffer_bytes:
        return inside
    return _laid_out(structure(model, outside=True), inside=False)


def _laid_out(head: Structure, inside: bool) -> Encoded:
    """The structure, then all data; inside the flatbuffer a vector's length precedes it."""
    written = bytearray(head.content)
    pieces: list[Bytes] = []
    end = len(written)
    for data, positions in head.data:
        length = len(data).to_bytes(_LENGTH_BYTES, "little") if inside else b""
        start = -(-(end + len(length)) // BULK_ALIGNMENT) * BULK_ALIGNMENT
        for position in positions:
            _fill_in(written, position, start, inside)
        pieces += [bytes(start - len(length) - end) + length, data]
        end = start + len(data)
    return Encoded((bytes(written), *pieces), end)


def _fill_in(written: bytearray, position: int, start: int, inside: bool) -> None:
    """Says at ``position`` that data starts at ``start``: relative to it, or in the file."""
    dtype = DATA_OFFSET if inside else OUTSIDE_OFFSET
    value = start - _LENGTH_BYTES - position if inside else start
    written[position : position + dtype.itemsize] = value.to_bytes(dtype.itemsize, "little")

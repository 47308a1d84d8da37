"""``Table`` values to flatbuffer bytes, driven by the schema; the same values, the same bytes.

Equal strings, vectors and tables are stored once, and no default is. A flatbuffer offset points
forward, so bulk data (weights) is laid out after everything else: its offsets are placeholders
until the size of the structure is known. Nothing but the structure is ever copied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import flatbuffers
import numpy as np
from flatbuffers import number_types
from numpy.typing import NDArray

from kernels.errors import ModelError
from kernels.model import Table
from kernels.tflite.schema import BULK_ALIGNMENT, FILE_IDENTIFIER, TABLES, UNIONS, Field

FLATBUFFER_BYTES = 2**31 - 1
"""Offsets are signed in places, so nothing of a flatbuffer may lie beyond this."""

_OFFSET_BYTES = 4
_OFFSET = np.dtype("<u4")
_OUTSIDE_OFFSET = np.dtype("<u8")
_PLACEHOLDER = 1
_FLAGS = MappingProxyType(
    {
        "bool": number_types.BoolFlags,
        "int8": number_types.Int8Flags,
        "uint8": number_types.Uint8Flags,
        "int16": number_types.Int16Flags,
        "uint16": number_types.Uint16Flags,
        "int32": number_types.Int32Flags,
        "uint32": number_types.Uint32Flags,
        "int64": number_types.Int64Flags,
        "uint64": number_types.Uint64Flags,
        "float32": number_types.Float32Flags,
    }
)

Bytes = bytes | memoryview


@dataclass(frozen=True)
class Encoded:
    """A file as the pieces to write one after the other, and the sum of their bytes."""

    chunks: tuple[Bytes, ...]
    size: int


@dataclass
class _Draft:
    """A flatbuffer in the making: ``stored`` maps what was written to where it is.

    ``data`` maps the identity of bulk data to it and to its placeholders; places are counted
    from the end, as the builder does.
    """

    outside: bool
    builder: Any = field(default_factory=flatbuffers.Builder)
    stored: dict[Any, int] = field(default_factory=dict)
    data: dict[int, tuple[Bytes, list[int]]] = field(default_factory=dict)


def encode(model: Table, flatbuffer_bytes: int = FLATBUFFER_BYTES) -> Encoded:
    """The file that says ``model``, a table ``Model``.

    Bulk data that is one object is stored once, aligned to 16 bytes. Where the file would be
    beyond ``flatbuffer_bytes``, the data of buffers lies behind the flatbuffer
    (``Buffer.offset``). Raises ModelError for a value that its field cannot hold.
    """
    inside = _encode(model, outside=False)
    return inside if inside.size <= flatbuffer_bytes else _encode(model, outside=True)


def _encode(model: Table, outside: bool) -> Encoded:
    draft = _Draft(outside)
    draft.builder.Finish(_table(draft, model), file_identifier=FILE_IDENTIFIER)
    structure = draft.builder.Output()
    head_bytes = 0 if outside else _OFFSET_BYTES
    chunks: list[Bytes] = []
    end = len(structure)
    for data, places in draft.data.values():
        start = -(-(end + head_bytes) // BULK_ALIGNMENT) * BULK_ALIGNMENT
        for place in places:
            _patch(structure, len(structure) - place, start, outside)
        chunks.append(bytes(start - head_bytes - end) + len(data).to_bytes(head_bytes, "little"))
        chunks.append(data)
        end = start + len(data)
    return Encoded((bytes(structure), *chunks), end)


def _patch(structure: bytearray, position: int, start: int, outside: bool) -> None:
    """Replaces a placeholder by the place of the data whose first byte is at ``start``."""
    dtype = _OUTSIDE_OFFSET if outside else _OFFSET
    value = start if outside else start - _OFFSET_BYTES - position
    structure[position : position + dtype.itemsize] = dtype.type(value).tobytes()


def _once(draft: _Draft, key: Any, write: Any) -> int:
    place = draft.stored.get(key)
    if place is None:
        place = draft.stored[key] = write()
    return place


def _table(draft: _Draft, table: Table) -> int:
    slots = [slot for field in TABLES[table.name].fields for slot in _slots(draft, table, field)]
    slots.sort(key=lambda slot: (-slot.bytes, slot.number))
    key = (table.name, *((slot.number, slot.key) for slot in slots))
    return _once(draft, key, lambda: _write_table(draft, table.name, slots))


@dataclass(frozen=True)
class _Slot:
    """What a table holds in one slot: ``value`` is a scalar, or a place if ``flags`` is None.

    ``data`` is the identity of the bulk data that ``value`` is a placeholder for.
    """

    number: int
    bytes: int
    value: Any
    key: Any
    flags: Any = None
    data: int | None = None


def _slots(draft: _Draft, table: Table, field: Field) -> list[_Slot]:
    value = table.fields.get(field.name)
    if value is None:
        return []
    if field.is_bulk:
        return _bulk_slots(draft, field, value)
    if field.dtype is not None and not field.is_vector:
        return _scalar_slots(table, field, value)
    place = _value(draft, table, field, value)
    slots = [_Slot(field.slot, _OFFSET_BYTES, place, place)]
    if field.is_union:
        member = UNIONS[field.type].index(value.name)
        slots.append(_Slot(field.slot - 1, 1, member, member, number_types.Uint8Flags))
    return slots


def _scalar_slots(table: Table, field: Field, value: Any) -> list[_Slot]:
    assert field.dtype is not None
    stored = _numbers(table, field, value)
    # Compared as bytes: -0.0 equals 0.0 but is not the default.
    if stored.tobytes() == np.array(field.default, field.dtype).tobytes():
        return []
    flags = _FLAGS[field.dtype.name]
    return [_Slot(field.slot, field.dtype.itemsize, stored.item(), stored.tobytes(), flags)]


def _bulk_slots(draft: _Draft, field: Field, value: Bytes) -> list[_Slot]:
    if not len(value):
        return []
    identity = id(value)
    draft.data.setdefault(identity, (value, []))
    if not draft.outside:
        flags = number_types.Uint32Flags
        return [_Slot(field.slot, _OFFSET_BYTES, _PLACEHOLDER, identity, flags, identity)]
    flags = number_types.Uint64Flags
    offset, size = (each for each in TABLES["Buffer"].fields if each.name in ("offset", "size"))
    return [
        _Slot(offset.slot, _OUTSIDE_OFFSET.itemsize, _PLACEHOLDER, identity, flags, identity),
        _Slot(size.slot, _OUTSIDE_OFFSET.itemsize, len(value), identity, flags),
    ]


def _numbers(table: Table, field: Field, value: Any) -> NDArray[Any]:
    try:
        return np.asarray(value, field.dtype)
    except (OverflowError, TypeError, ValueError) as error:
        raise ModelError(
            f"{table.name}.{field.name} cannot hold {value!r}: {error}.",
            f"Give a value of type {field.type}.",
        ) from error


def _value(draft: _Draft, table: Table, field: Field, value: Any) -> int:
    if field.dtype is not None:
        return _vector(draft, table, field, value)
    if field.type == "string":
        return _once(draft, value, lambda: draft.builder.CreateString(value))
    if field.is_vector:
        return _tables(draft, value)
    return _table(draft, value)


def _vector(draft: _Draft, table: Table, field: Field, value: Any) -> int:
    if isinstance(value, bytes | memoryview):
        value = np.frombuffer(value, np.uint8)
    array = _numbers(table, field, value)
    raw = array.tobytes()
    alignment = max(field.alignment, array.itemsize)

    def write() -> int:
        builder = draft.builder
        builder.StartVector(array.itemsize, array.size, alignment)
        builder.head -= len(raw)
        builder.Bytes[builder.head : builder.head + len(raw)] = raw
        return int(builder.EndVector())

    return _once(draft, (alignment, array.itemsize, raw), write)


def _tables(draft: _Draft, tables: Sequence[Table]) -> int:
    places = tuple(_table(draft, table) for table in tables)

    def write() -> int:
        draft.builder.StartVector(_OFFSET_BYTES, len(places), _OFFSET_BYTES)
        for place in reversed(places):
            draft.builder.PrependUOffsetTRelative(place)
        return int(draft.builder.EndVector())

    return _once(draft, places, write)


def _write_table(draft: _Draft, name: str, slots: Sequence[_Slot]) -> int:
    """Widest fields first: the builder works backwards, so no field needs padding."""
    builder = draft.builder
    # Aligned before the table starts: padding inside it would make a vtable of its own.
    builder.Prep(max((slot.bytes for slot in slots), default=_OFFSET_BYTES), 0)
    builder.StartObject(TABLES[name].slots)
    for slot in slots:
        if slot.flags is None:
            builder.PrependUOffsetTRelativeSlot(slot.number, slot.value, 0)
        else:
            builder.PrependSlot(slot.flags, slot.number, slot.value, None)
        if slot.data is not None:
            draft.data[slot.data][1].append(builder.Offset())
    return int(builder.EndObject())

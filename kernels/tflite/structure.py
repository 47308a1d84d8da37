"""All of a file but the data of its buffers, as a flatbuffer driven by the schema.

Equal strings, vectors, tables and vtables are stored once, and no default is: flatbuffers are
read-only graphs. Zero points alone repeat in 3 % of the bytes of an int8 MobileNetV2.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

import flatbuffers
import numpy as np
from flatbuffers import number_types
from numpy.typing import NDArray

from kernels.errors import ModelError
from kernels.model import Table
from kernels.tflite.schema import FILE_IDENTIFIER, TABLES, UNIONS, Field

Bytes = bytes | memoryview

DATA_OFFSET = np.dtype("<u4")
OUTSIDE_OFFSET = np.dtype("<u8")
_OFFSET_BYTES = 4
_UOFFSET, _SOFFSET = struct.Struct("<I"), struct.Struct("<i")
_PLACEHOLDER = 1
_FLAGS = MappingProxyType(
    {
        np.dtype(flags.name): flags
        for flags in (
            number_types.BoolFlags,
            number_types.Int8Flags,
            number_types.Uint8Flags,
            number_types.Int32Flags,
            number_types.Uint32Flags,
            number_types.Int64Flags,
            number_types.Uint64Flags,
            number_types.Float32Flags,
        )
    }
)


@dataclass(frozen=True)
class Structure:
    """``content`` is the flatbuffer; ``data`` what it refers to, with the positions in it at
    which the place of the data is to be filled in: as DATA_OFFSET, or as OUTSIDE_OFFSET."""

    content: bytes
    data: tuple[tuple[Bytes, tuple[int, ...]], ...]


def structure(model: Table, outside: bool = False) -> Structure:
    """The flatbuffer of a table ``Model``; ``outside`` is for data that lies behind it.

    Raises ModelError for a value that its field cannot hold.
    """
    draft = _Draft(outside)
    draft.builder.Finish(_table(draft, model), file_identifier=FILE_IDENTIFIER)
    content = bytes(draft.builder.Output())
    return Structure(
        content,
        tuple(
            (data, tuple(len(content) - place for place in places))
            for data, places in draft.data.values()
        ),
    )


@dataclass
class _Draft:
    """A flatbuffer in the making. Places are counted from its end, as the builder works.

    ``stored``: what was written, and where. ``data``: identity of a buffer's data -> the data
    and the places of its placeholders.
    """

    outside: bool
    builder: Any = field(default_factory=flatbuffers.Builder)
    stored: dict[Hashable, int] = field(default_factory=dict)
    data: dict[int, tuple[Bytes, list[int]]] = field(default_factory=dict)

    def once(self, key: Hashable, write: Callable[[], int]) -> int:
        """Where what ``key`` identifies is; written first if it is not there."""
        if key not in self.stored:
            self.stored[key] = write()
        return self.stored[key]


class _Slot(NamedTuple):
    """What a table holds in one slot: a place if ``flags`` is None, else a scalar.

    Slots of equal ``key`` hold the same. ``data`` identifies the data of a placeholder.
    """

    number: int
    bytes: int
    value: bool | int | float
    key: Hashable
    flags: Any = None
    data: int | None = None


def _table(draft: _Draft, table: Table) -> int:
    layout = TABLES[table.name]
    unknown = table.fields.keys() - layout.names
    if unknown:
        raise ModelError(
            f"{table.name} has no field {min(unknown)!r}.",
            f"Its fields are: {', '.join(each.name for each in layout.fields) or 'none'}.",
        )
    given = table.fields.get
    slots = [
        slot
        for each in layout.fields
        if (value := given(each.name)) is not None
        for slot in _slots(draft, table, each, value)
    ]
    # Widest first: the builder works backwards, so no field needs padding.
    slots.sort(key=lambda slot: (-slot.bytes, slot.number))
    key = (table.name, *((slot.number, slot.key) for slot in slots))
    return draft.once(key, lambda: _write_table(draft, slots))


def _write_table(draft: _Draft, slots: Sequence[_Slot]) -> int:
    # Aligned before the table starts: padding inside it would make a vtable of its own.
    draft.builder.Prep(max((slot.bytes for slot in slots), default=_OFFSET_BYTES), 0)
    end = place = draft.builder.Offset()
    places: dict[int, int] = {}
    content: list[bytes] = []
    for slot in slots:
        place += slot.bytes
        places[slot.number] = place
        if slot.flags is None:
            content.append(_UOFFSET.pack(place - slot.value))
        else:
            content.append(slot.flags.packer_type.pack(slot.value))
        if slot.data is not None:
            draft.data[slot.data][1].append(place)
    content.append(bytes(-place % _OFFSET_BYTES))
    start = place + -place % _OFFSET_BYTES + _OFFSET_BYTES
    vtable = _vtable(start, end, places)
    # A new one is written right before the table.
    known = draft.stored.setdefault(vtable, start + len(vtable))
    before = vtable if known == start + len(vtable) else b""
    _prepend(draft, b"".join((before, _SOFFSET.pack(known - start), *reversed(content))))
    return int(start)


def _vtable(start: int, end: int, places: Mapping[int, int]) -> bytes:
    """Of a table from one place to another: its size and the table's, and where each slot is in it,
    0 for nothing."""
    slots = [0] * (max(places, default=-1) + 1)
    for number, place in places.items():
        slots[number] = start - place
    return struct.pack(f"<{2 + len(slots)}H", 4 + 2 * len(slots), start - end, *slots)


def _prepend(draft: _Draft, content: bytes) -> None:
    """Writes bytes as they are, wherever what was written last begins."""
    builder = draft.builder
    builder.Prep(1, len(content))
    builder.head -= len(content)
    builder.Bytes[builder.head : builder.head + len(content)] = content


def _slots(draft: _Draft, table: Table, field: Field, value: Any) -> tuple[_Slot, ...]:
    """What a field takes in its table: nothing, one slot, or two."""
    if table.name == "Buffer" and field.name == "data":
        return _data_slots(draft, field, value)
    if field.is_scalar:
        return _scalar_slots(table, field, value)
    place = _place(draft, table, field, value)
    slot = _Slot(field.slot, _OFFSET_BYTES, place, place)
    if not field.is_union:
        return (slot,)
    member = UNIONS[field.type].index(value.name)
    return _Slot(field.slot - 1, 1, member, member, number_types.Uint8Flags), slot


def _scalar_slots(table: Table, field: Field, value: Any) -> tuple[_Slot, ...]:
    if type(value) is type(field.default) is not float and value == field.default:
        return ()
    if type(value) is type(field.default) is int and field.dtype in _FLAGS:
        with suppress(struct.error):
            raw = _FLAGS[field.dtype].packer_type.pack(value)
            return (_Slot(field.slot, len(raw), value, raw, _FLAGS[field.dtype]),)
    stored = _array(table, field, value)
    # Compared as bytes: -0.0 equals 0.0 but is not the default.
    raw = stored.tobytes()
    if raw == np.array(field.default, field.dtype).tobytes():
        return ()
    return (_Slot(field.slot, stored.itemsize, stored.item(), raw, _FLAGS[stored.dtype]),)


def _data_slots(draft: _Draft, field: Field, data: Bytes) -> tuple[_Slot, ...]:
    if not len(data):
        return ()
    identity = id(data)
    draft.data.setdefault(identity, (data, []))
    dtype = OUTSIDE_OFFSET if draft.outside else DATA_OFFSET
    placeholder = (dtype.itemsize, _PLACEHOLDER, identity, _FLAGS[dtype], identity)
    if not draft.outside:
        return (_Slot(field.slot, *placeholder),)
    slots = {each.name: each.slot for each in TABLES["Buffer"].fields}
    size = _Slot(slots["size"], dtype.itemsize, len(data), identity, _FLAGS[dtype])
    return _Slot(slots["offset"], *placeholder), size


def _array(table: Table, field: Field, value: Any) -> NDArray[Any]:
    if isinstance(value, bytes | memoryview):
        return np.frombuffer(value, np.uint8)
    try:
        array = np.asarray(value, field.dtype)
        # NumPy wraps and truncates without a word.
        fits = array.dtype.kind == "f" or array is value or _equal(array, value)
    except (OverflowError, TypeError, ValueError):
        fits = False
    if not fits or array.ndim != field.is_vector:
        raise ModelError(
            f"{table.name}.{field.name} cannot hold {value!r}.",
            f"Give {'values' if field.is_vector else 'a value'} of type {field.type}.",
        )
    return array


def _equal(array: NDArray[Any], value: Any) -> bool:
    if isinstance(value, tuple):
        return bool(array.tolist() == [*value])
    return bool((array == value).all())


def _place(draft: _Draft, table: Table, field: Field, value: Any) -> int:
    """Where a string, vector or table is, in the end."""
    if field.dtype is not None:
        array = _array(table, field, value)
        alignment = max(field.alignment, array.itemsize)
        key = (alignment, array.itemsize, array.tobytes())
        return draft.once(key, lambda: _write_vector(draft, array, alignment))
    if field.type == "string":
        return draft.once(value, lambda: int(draft.builder.CreateString(value)))
    if not field.is_vector:
        return _table(draft, value)
    places = tuple(_table(draft, each) for each in value)
    return draft.once(places, lambda: _write_offsets(draft, places))


def _write_vector(draft: _Draft, array: NDArray[Any], alignment: int) -> int:
    draft.builder.StartVector(array.itemsize, array.size, alignment)
    _prepend(draft, array.tobytes())
    return int(draft.builder.EndVector())


def _write_offsets(draft: _Draft, places: Sequence[int]) -> int:
    count = len(places)
    draft.builder.StartVector(_OFFSET_BYTES, count, _OFFSET_BYTES)
    first = draft.builder.Offset() + count * _OFFSET_BYTES
    offsets = (first - i * _OFFSET_BYTES - place for i, place in enumerate(places))
    _prepend(draft, struct.pack(f"<{count}I", *offsets))
    return int(draft.builder.EndVector())

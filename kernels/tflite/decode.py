"""Flatbuffer bytes to ``Table`` values, driven by the schema; nothing is read unchecked.

Vectors of numbers and bytes are views of the data. What a file may make this build is bounded:
tables and values count as often as they are referred to, so sharing cannot multiply them. The
schema has no recursive table, so the depth needs no bound.
Format: https://flatbuffers.dev/internals/
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct, unpack_from
from typing import Any, NoReturn

import numpy as np

from kernels.errors import ModelError
from kernels.limits import Limits
from kernels.mapped_memory import release
from kernels.model import Table
from kernels.tflite.schema import FILE_IDENTIFIER, MEMBERS, TABLES, UNIONS, Field, Vector

_U8, _U16, _U32, _I32 = (np.dtype(name) for name in ("u1", "<u2", "<u4", "<i4"))
_BOOL = np.dtype(bool)
_CODES = ("u1 B", "i1 b", "<u2 H", "<i2 h", "<u4 I", "<i4 i", "<u8 Q", "<i8 q", "<f4 f", "<f8 d")
_STRUCTS = {np.dtype(name): Struct(f"<{code}") for name, code in map(str.split, _CODES)}
"""Several times as fast for one number as NumPy."""
_OFFSET_BYTES = 4
_VTABLE_HEAD_BYTES = 4
_SHARED_VALUES = 1 << 20
"""Vectors and strings may be shared: they may hold this many values more than the file bytes."""

_LARGE = 1 << 15
"""Bytes of a bulk vector beyond the pages that its length lies in."""

_DAMAGED = "The file is damaged or no TensorFlow Lite model: fetch it or convert it again."
_NEWER = "The file is damaged or of a newer schema: convert it again, or update tflite_quant."

_Path = tuple[str | int, ...]


@dataclass
class _Source:
    """The bytes, and what may still be built from them."""

    data: memoryview
    tables_left: int
    values_left: int


def decode(data: memoryview, limits: Limits | None = None) -> Table:
    """The root table ``Model`` of a flatbuffer; fields that the file does not give are absent.

    Strings are str, vectors of tables tuples of ``Table``, a union is its ``Table``; vectors
    of numbers are read-only little-endian views, vectors of bytes memoryviews.
    Raises ModelError that names the field, as in ``subgraphs[0].tensors[3].name``, and the byte.
    """
    limits = limits or Limits()
    data = data.toreadonly()
    head_bytes = _OFFSET_BYTES + len(FILE_IDENTIFIER)
    if len(data) < head_bytes or data[_OFFSET_BYTES:head_bytes] != FILE_IDENTIFIER:
        raise ModelError(
            f"No TensorFlow Lite model: bytes 4 to 8 are {bytes(data[_OFFSET_BYTES:head_bytes])!r} "
            f"and not {FILE_IDENTIFIER!r}.",
            "Give a .tflite file, or convert a SavedModel first.",
        )
    source = _Source(
        data,
        # A reference to a table takes an offset's bytes, unless its table is referred to again.
        min(limits.tables, len(data) // _OFFSET_BYTES),
        len(data) + _SHARED_VALUES,
    )
    return _table(source, _target(source, 0, ()), "Model", ())


def _fail(path: _Path, position: int, problem: str, cure: str = _DAMAGED) -> NoReturn:
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    raise ModelError(f"{steps.lstrip('.') or 'The model'} (byte {position}) {problem}.", cure)


def _number(source: _Source, position: int, dtype: np.dtype[Any], path: _Path) -> Any:
    if not 0 <= position <= len(source.data) - dtype.itemsize:
        _fail(path, position, f"is beyond the file's {len(source.data)} bytes")
    return _STRUCTS[dtype].unpack_from(source.data, position)[0]


def _target(source: _Source, position: int, path: _Path) -> int:
    """Where the offset at ``position`` points to: always forward."""
    offset: int = _number(source, position, _U32, path)
    if offset == 0:
        _fail(path, position, "is an offset of 0")
    return position + offset


def _vector(source: _Source, position: int, item_bytes: int, path: _Path) -> tuple[int, int]:
    """(first element's position, length) of a vector that lies in the data."""
    length: int = _number(source, position, _U32, path)
    start = position + _OFFSET_BYTES
    if length * item_bytes > len(source.data) - start:
        _fail(path, position, f"has {length} elements, more than the file can hold")
    return start, length


def _spend_values(source: _Source, count: int, position: int, path: _Path) -> None:
    source.values_left -= count
    if source.values_left < 0:
        _fail(path, position, "and what comes before it hold more values than the file can")


def _string(source: _Source, position: int, path: _Path) -> str:
    start, length = _vector(source, position, 1, path)
    _spend_values(source, length, position, path)
    try:
        return str(source.data[start : start + length], "utf-8")
    except UnicodeDecodeError:
        _fail(path, position, "is no UTF-8 text")


def _numbers(
    source: _Source, position: int, dtype: np.dtype[Any], field: Field, path: _Path
) -> Vector:
    start, length = _vector(source, position, dtype.itemsize, path)
    if not field.is_bulk:
        _spend_values(source, length, position, path)
    elif length >= _LARGE:
        # To read the length of a mapped vector has put pages around it into memory.
        release(source.data)
    if dtype == _U8:
        return source.data[start : start + length]
    if dtype == _BOOL:
        return np.asarray(np.frombuffer(source.data, _U8, length, start) != 0)
    numbers = np.frombuffer(source.data, dtype, length, start)
    if field.type in MEMBERS and length and numbers.max() >= len(MEMBERS[field.type]):
        _fail(path, start, f"has {numbers.max()}, which is no {field.type}", _NEWER)
    return numbers


def _tables(source: _Source, position: int, field: Field, path: _Path) -> tuple[Table, ...]:
    start, length = _vector(source, position, _OFFSET_BYTES, path)
    if length > source.tables_left:
        _fail(path, position, f"has {length} tables, more than the limit")
    return tuple(
        _table(
            source,
            _target(source, start + i * _OFFSET_BYTES, (*path, i)),
            field.type,
            (*path, i),
        )
        for i in range(length)
    )


def _scalar(
    source: _Source, position: int, dtype: np.dtype[Any], field: Field, path: _Path
) -> bool | int | float:
    value: int | float = _number(source, position, _U8 if dtype == _BOOL else dtype, path)
    if field.type in MEMBERS and not 0 <= value < len(MEMBERS[field.type]):
        _fail(path, position, f"is {value}, which is no {field.type}", _NEWER)
    return bool(value) if dtype == _BOOL else value


def _union_member(
    source: _Source, table: int, slots: list[int], field: Field, path: _Path
) -> str | None:
    """The name of the table that a union field holds; None if it holds none."""
    if not slots[field.slot - 1]:
        return None
    position = table + slots[field.slot - 1]
    member: int = _number(source, position, _U8, path)
    if member >= len(UNIONS[field.type]):
        _fail(path, position, f"is of type {member}, which is not in {field.type}", _NEWER)
    return UNIONS[field.type][member] if member else None


def _value(source: _Source, position: int, field: Field, type_name: str, path: _Path) -> Any:
    if field.dtype is not None and not field.is_vector:
        return _scalar(source, position, field.dtype, field, path)
    target = _target(source, position, path)
    if field.dtype is not None:
        return _numbers(source, target, field.dtype, field, path)
    if type_name == "string":
        return _string(source, target, path)
    if field.is_vector:
        return _tables(source, target, field, path)
    return _table(source, target, type_name, path)


def _slots(source: _Source, table: int, name: str, path: _Path) -> list[int]:
    """Offset of every slot of the schema from the table's start; 0 where not given."""
    vtable = table - _number(source, table, _I32, path)
    vtable_bytes: int = _number(source, vtable, _U16, path)
    length = (vtable_bytes - _VTABLE_HEAD_BYTES) // _U16.itemsize
    if length < 0 or vtable_bytes % _U16.itemsize or vtable + vtable_bytes > len(source.data):
        _fail(path, vtable, f"has a vtable of {vtable_bytes} bytes")
    table_bytes: int = _number(source, vtable + _U16.itemsize, _U16, path)
    given = unpack_from(f"<{length}H", source.data, vtable + _VTABLE_HEAD_BYTES)
    if max(given, default=-1) >= table_bytes:
        _fail(path, vtable, f"has a field at {max(given)} in a table of {table_bytes} bytes")
    known = TABLES[name].slots
    if any(given[known:]):
        _fail(path, vtable, f"has a field that {name} has not in the known schema", _NEWER)
    return [*given[:known], *[0] * (known - length)]


def _table(source: _Source, position: int, name: str, path: _Path) -> Table:
    source.tables_left -= 1
    if source.tables_left < 0:
        _fail(path, position, "and what comes before it are more tables than the limit")
    slots = _slots(source, position, name, path)
    fields: dict[str, Any] = {}
    for field in TABLES[name].fields:
        if not slots[field.slot]:
            continue
        steps = (*path, field.name)
        member = (
            _union_member(source, position, slots, field, steps) if field.is_union else field.type
        )
        if member is not None:
            value_at = position + slots[field.slot]
            fields[field.name] = _value(source, value_at, field, member, steps)
    return Table(name, fields)

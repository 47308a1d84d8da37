"""Where the numbers of a ``.tflite`` lie: every scalar, length, offset and slot that it stores.

A structure-aware mutation overwrites one of them, so the rest of the file stays valid.
Format: https://flatbuffers.dev/internals/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from kernels.tflite.schema import TABLES, UNIONS, Field

_U8, _U16, _U32, _I32 = (np.dtype(name) for name in ("u1", "<u2", "<u4", "<i4"))
_BOOL = np.dtype(bool)
_OFFSET_BYTES = 4
_VTABLE_HEAD_BYTES = 4
_VECTOR_PLACES = 16
"""Of a vector, so many elements are places: weights would drown the rest."""


@dataclass(frozen=True)
class Place:
    """A number at ``position``; ``path`` says which, as ``subgraphs.tensors.shape``."""

    path: str
    position: int
    dtype: np.dtype[Any]

    @property
    def is_structure(self) -> bool:
        """Whether it is a slot, type, offset or length, which the flatbuffer is made of."""
        return " " in self.path


def places(content: bytes) -> list[Place]:
    """Every place of a valid file, in the order of the schema."""
    return list(_table(content, _offset(content, 0), "Model", ""))


def _number(content: bytes, position: int, dtype: np.dtype[Any]) -> int:
    return int(np.frombuffer(content, dtype, 1, position)[0])


def _offset(content: bytes, position: int) -> int:
    return position + _number(content, position, _U32)


def _table(content: bytes, table: int, name: str, path: str) -> Iterator[Place]:
    vtable = table - _number(content, table, _I32)
    length = (_number(content, vtable, _U16) - _VTABLE_HEAD_BYTES) // _U16.itemsize
    slots = np.frombuffer(content, _U16, length, vtable + _VTABLE_HEAD_BYTES).tolist()
    for field in TABLES[name].fields:
        if field.slot >= length or not slots[field.slot]:
            continue
        steps = f"{path}.{field.name}".lstrip(".")
        yield Place(f"{steps} slot", vtable + _VTABLE_HEAD_BYTES + 2 * field.slot, _U16)
        type_name = field.type
        if field.is_union:
            member = table + slots[field.slot - 1]
            yield Place(f"{steps} type", member, _U8)
            type_name = UNIONS[field.type][_number(content, member, _U8)]
        yield from _field(content, table + slots[field.slot], field, type_name, steps)


def _field(
    content: bytes, position: int, field: Field, type_name: str, path: str
) -> Iterator[Place]:
    if field.is_scalar and field.dtype is not None:
        yield Place(path, position, _U8 if field.dtype == _BOOL else field.dtype)
        return
    yield Place(f"{path} offset", position, _U32)
    target = _offset(content, position)
    if field.is_vector or type_name == "string":
        yield Place(f"{path} length", target, _U32)
    if field.is_vector:
        yield from _elements(content, target, field, path)
    elif type_name in TABLES:
        yield from _table(content, target, type_name, path)


def _elements(content: bytes, vector: int, field: Field, path: str) -> Iterator[Place]:
    length, first = _number(content, vector, _U32), vector + _OFFSET_BYTES
    if field.dtype is not None:
        dtype = _U8 if field.dtype == _BOOL else field.dtype
        if field.is_bulk and length % _I32.itemsize == 0:
            dtype, length = _I32, length // _I32.itemsize
        for i in range(min(length, _VECTOR_PLACES)):
            yield Place(path, first + i * dtype.itemsize, dtype)
        return
    for i in range(length):
        element = first + i * _OFFSET_BYTES
        yield Place(f"{path} offset", element, _U32)
        yield from _table(content, _offset(content, element), field.type, path)

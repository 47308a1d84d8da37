"""The TFLite schema as values: what decoding, encoding and verification are driven by.

Parsed from the compact text in ``kernels.tflite.tables`` and ``kernels.tflite.enums``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType, SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.model import Table
from kernels.tflite import enums, tables

FILE_IDENTIFIER = b"TFL3"
VERSION = 3

BULK_ALIGNMENT = 16
"""The schema forces this alignment, in bytes, on data that is viewed and streamed, not copied."""

_FIELD = re.compile(r"(\w+):(?:(\w+)|\[(\w+)\](?:@(\d+))?)(?:=(\S+))?$")
_DEPRECATED = "deprecated"
_SCALARS = MappingProxyType(
    {
        "bool": np.dtype("?"),
        "int8": np.dtype("i1"),
        "uint8": np.dtype("u1"),
        "uint16": np.dtype("<u2"),
        "int32": np.dtype("<i4"),
        "uint32": np.dtype("<u4"),
        "int64": np.dtype("<i8"),
        "uint64": np.dtype("<u8"),
        "float32": np.dtype("<f4"),
    }
)


def _parse_enums() -> dict[str, tuple[str, dict[str, int]]]:
    parsed = {
        "BuiltinOperator": (
            "int32",
            {word.partition(":")[0]: i for i, word in enumerate(enums.OPERATORS.split())},
        )
    }
    for head, members in enums.ENUMS.items():
        name, _, stored = head.partition(":")
        parsed[name] = stored, {member: i for i, member in enumerate(members.split())}
    return parsed


_ENUMS = _parse_enums()

ENUMS: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {name: MappingProxyType(members) for name, (_, members) in _ENUMS.items()}
)
"""Enum name -> member name -> value: ``ENUMS["Padding"]["SAME"] == 0``."""

MEMBERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {name: tuple(members) for name, members in ENUMS.items()}
)
"""Enum name -> member names; a value is the position of its name."""

UNIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {name: ("NONE", *members.split()) for name, members in enums.UNIONS.items()}
)
"""Union name -> table names; the type that a file stores is the position in it."""

OPTIONS: Mapping[str, str] = MappingProxyType(
    {
        operator: options
        for operator, _, options in (word.partition(":") for word in enums.OPERATORS.split())
    }
)
"""Operator name -> its options table's name, ``""`` if it has none."""


@dataclass(frozen=True)
class Field:
    """A field of a table.

    ``type`` names a scalar, ``"string"``, an enum, a table or a union; ``dtype`` is how a
    scalar or enum is stored, None for the others. A union's type is in the slot before ``slot``.
    ``alignment`` is in bytes, of a vector's first element; 0 where the schema forces none.
    """

    name: str
    slot: int
    type: str
    is_vector: bool = False
    dtype: np.dtype[Any] | None = None
    default: bool | int | float = 0
    alignment: int = 0

    @property
    def is_union(self) -> bool:
        """True where the value is one of several tables."""
        return self.type in UNIONS

    @property
    def is_scalar(self) -> bool:
        """True where the value is one number, stored in the table itself."""
        return self.dtype is not None and not self.is_vector

    @property
    def is_bulk(self) -> bool:
        """True where the value is data of any size, such as weights."""
        return self.alignment >= BULK_ALIGNMENT

    @property
    def empty(self) -> Any:
        """What a file that does not give the field means: the default, ``()`` or None."""
        if self.is_vector:
            return ()
        return None if self.dtype is None else self.default


@dataclass(frozen=True)
class Layout:
    """The fields of a table, and how many slots they and deprecated ones take."""

    fields: tuple[Field, ...]
    slots: int

    @cached_property
    def names(self) -> frozenset[str]:
        """Of the fields."""
        return frozenset(field.name for field in self.fields)


def _stored(type_name: str) -> np.dtype[Any] | None:
    return _SCALARS.get(_ENUMS[type_name][0] if type_name in _ENUMS else type_name)


def _default(text: str | None, type_name: str) -> bool | int | float:
    if type_name == "bool":
        return text == "true"
    if type_name == "float32":
        return float(text or 0)
    return ENUMS[type_name][text] if text and type_name in ENUMS else int(text or 0)


def _parse_field(word: str, slot: int) -> Field:
    match = _FIELD.match(word)
    if match is None:
        raise ValueError(f"schema text: {word!r}")
    name, single, element, alignment, default = match.groups()
    type_name = single or element
    return Field(
        name,
        slot + (type_name in UNIONS),
        type_name,
        element is not None,
        _stored(type_name),
        _default(default, type_name),
        int(alignment or 0),
    )


def _parse_table(text: str) -> Layout:
    fields: list[Field] = []
    slot = 0
    for word in text.split():
        field = _parse_field(word, slot)
        slot = field.slot + 1
        if field.type != _DEPRECATED:
            fields.append(field)
    return Layout(tuple(fields), slot)


TABLES: Mapping[str, Layout] = MappingProxyType(
    {
        name: _parse_table(text)
        for name, text in {
            **tables.MODEL_TABLES,
            **tables.OPTIONS_TABLES,
            **dict.fromkeys(tables.EMPTY_OPTIONS_TABLES.split(), ""),
        }.items()
    }
)
"""Table name -> its fields."""


def with_defaults(table: Table | None, table_name: str) -> SimpleNamespace:
    """All fields of a table: what the file gives, else the schema's default.

    A vector that is not given is ``()``; a string or table that is not given is None.
    ``table`` None stands for a table that gives nothing; ``table_name`` "" has no fields.
    """
    fields = TABLES[table_name].fields if table_name else ()
    given = table.fields if table is not None else {}
    return SimpleNamespace(**{field.name: given.get(field.name, field.empty) for field in fields})


Vector = NDArray[Any] | memoryview
"""A decoded vector of numbers (a view, little-endian) or of bytes."""

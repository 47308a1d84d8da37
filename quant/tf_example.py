"""A ``tf.train.Example``: named features, decoded from the protocol buffer's wire format.

Fields are numbered as in TensorFlow's ``example.proto`` and ``feature.proto``: an example has
features in field 1; those are a map in field 1, of keys in 1 and values in 2; a value is a list of
bytes in 1, floats in 2 or integers in 3, whose members are in field 1.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.errors import DataError

Feature = tuple[bytes, ...] | NDArray[Any]
"""bytes, or a (n,) array, float32 or int64."""

_VARINT, _EIGHT_BYTES, _COUNTED, _FOUR_BYTES = 0, 1, 2, 5
_FIXED = MappingProxyType({_EIGHT_BYTES: 8, _FOUR_BYTES: 4})
_SEVEN_BITS, _MORE, _LONGEST_VARINT = 0x7F, 0x80, 70
_WORD = 1 << 64
_FIRST, _KEY, _VALUE = 1, 1, 2

Field = tuple[int, int, int | bytes]
"""Number, wire type, and the integer, or the bytes as they are."""


def parse_example(data: bytes, where: str) -> Mapping[str, Feature]:
    """The features by name. Raises DataError, naming ``where``, if it is no such message."""
    try:
        entries = [
            entry for features in _members(data, _FIRST) for entry in _members(features, _FIRST)
        ]
        return dict(_entry(entry) for entry in entries)
    except (ValueError, IndexError, struct.error) as error:
        raise DataError(
            f"{where} is no tf.train.Example: {error}.",
            "Serialize tf.train.Example messages into the file.",
        ) from error


def _entry(entry: bytes) -> tuple[str, Feature]:
    keys, values = _members(entry, _KEY), _members(entry, _VALUE)
    return (keys[-1].decode() if keys else ""), _feature(b"".join(values))


def _feature(value: bytes) -> Feature:
    """The last list that is set, as protocol buffers have it; no list means no bytes."""
    found: Feature = ()
    for number, wire, content in _fields(value):
        if number in _LISTS and wire == _COUNTED:
            found = _LISTS[number](bytes_of(content))
    return found


def bytes_of(content: int | bytes) -> bytes:
    """The content of a field that has bytes. Raises ValueError for a number."""
    if isinstance(content, int):
        raise ValueError("a number is where bytes should be")
    return content


def _members(data: bytes, number: int) -> list[bytes]:
    return [bytes_of(content) for field, _, content in _fields(data) if field == number]


def _bytes_list(data: bytes) -> Feature:
    return tuple(_members(data, _FIRST))


def _float_list(data: bytes) -> Feature:
    """Packed or not, both are four bytes a number."""
    return np.frombuffer(b"".join(_members(data, _FIRST)), "<f4").astype(np.float32)


def _int64_list(data: bytes) -> Feature:
    numbers: list[int] = []
    for field, _, content in _fields(data):
        if field == _FIRST:
            numbers += [content] if isinstance(content, int) else _varints(content)
    return np.array(numbers, np.uint64).astype(np.int64)


_LISTS: Mapping[int, Callable[[bytes], Feature]] = MappingProxyType(
    {1: _bytes_list, 2: _float_list, 3: _int64_list}
)


def _fields(data: bytes) -> Iterator[Field]:
    place = 0
    while place < len(data):
        key, place = _varint(data, place)
        number, wire = key >> 3, key & 7
        if wire == _VARINT:
            value, place = _varint(data, place)
            yield number, wire, value
            continue
        if wire == _COUNTED:
            size, place = _varint(data, place)
        elif wire in _FIXED:
            size = _FIXED[wire]
        else:
            raise ValueError(f"wire type {wire} at byte {place}")
        if place + size > len(data):
            raise ValueError(f"field {number} is cut short")
        yield number, wire, data[place : place + size]
        place += size


def _varints(data: bytes) -> list[int]:
    numbers, place = [], 0
    while place < len(data):
        number, place = _varint(data, place)
        numbers.append(number)
    return numbers


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """The number at a place, modulo 2^64, and where the next field begins."""
    number = 0
    for shift in range(0, _LONGEST_VARINT, 7):
        byte = data[place]
        place += 1
        number |= (byte & _SEVEN_BITS) << shift
        if byte < _MORE:
            return number % _WORD, place
    raise ValueError(f"a number is too long at byte {place}")

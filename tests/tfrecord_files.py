"""Writes TFRecord files of ``tf.train.Example`` messages without TensorFlow."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from quant.tfrecord import masked_crc


def record(data: bytes) -> bytes:
    length = struct.pack("<Q", len(data))
    return b"".join(
        [length, struct.pack("<I", masked_crc(length)), data, struct.pack("<I", masked_crc(data))]
    )


def varint(number: int) -> bytes:
    number %= 1 << 64
    low, high = number & 127, number >> 7
    return bytes([low | 128]) + varint(high) if high else bytes([low])


def counted(field: int, data: bytes) -> bytes:
    return varint(field << 3 | 2) + varint(len(data)) + data


def feature(value: Any) -> bytes:
    """bytes, a list of bytes, or an array of floats or integers."""
    if isinstance(value, bytes):
        value = [value]
    if isinstance(value, list):
        return counted(1, b"".join(counted(1, item) for item in value))
    numbers = np.asarray(value).reshape(-1)
    if numbers.dtype.kind == "f":
        return counted(2, counted(1, numbers.astype("<f4").tobytes()))
    return counted(3, counted(1, b"".join(map(varint, numbers.tolist()))))


def example(**features: Any) -> bytes:
    entries = [
        counted(1, counted(1, name.encode()) + counted(2, feature(value)))
        for name, value in features.items()
    ]
    return counted(1, b"".join(entries))


def write_examples(path: Path, examples: Sequence[Mapping[str, Any]]) -> Path:
    path.write_bytes(b"".join(record(example(**features)) for features in examples))
    return path

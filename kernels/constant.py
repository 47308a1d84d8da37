"""Constant tensors: the bytes of a buffer as an array, and back.

Values are little-endian and row-major. INT4, UINT4 and INT2 are packed, the first value in the
lowest bits; a string tensor is a count, offsets and the characters (TFLite's string_util.h).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.errors import ModelError
from kernels.model import Model, Table, Tensor
from kernels.sparsity import places

Array = NDArray[Any]

DTYPES: Mapping[str, np.dtype[Any]] = MappingProxyType(
    {
        name: np.dtype(dtype)
        for name, dtype in {
            "FLOAT32": "<f4",
            "FLOAT16": "<f2",
            "INT32": "<i4",
            "UINT8": "u1",
            "INT64": "<i8",
            "STRING": "O",
            "BOOL": "?",
            "INT16": "<i2",
            "COMPLEX64": "<c8",
            "INT8": "i1",
            "FLOAT64": "<f8",
            "COMPLEX128": "<c16",
            "UINT64": "<u8",
            "UINT32": "<u4",
            "UINT16": "<u2",
            "INT4": "i1",
            "BFLOAT16": "<u2",
            "INT2": "i1",
            "UINT4": "u1",
            "FLOAT8_E4M3FN": "u1",
            "FLOAT8_E5M2": "u1",
        }.items()
    }
)
"""Tensor type -> dtype of its values in memory. NumPy has no bfloat16 and no float8: those are
their bits. RESOURCE and VARIANT have no values of their own."""

RUNTIME_DTYPES: Mapping[str, np.dtype[Any]] = MappingProxyType(
    {**DTYPES, "RESOURCE": np.dtype("<i4")}
)
"""Tensor type -> dtype of its values at run time; a resource is the number of a variable."""

_PACKED_BITS: Mapping[str, int] = MappingProxyType({"INT4": 4, "UINT4": 4, "INT2": 2})
_BYTE_BITS = 8
_STRING_OFFSET = np.dtype("<i4")


def stored_bytes(type_name: str, shape: tuple[int, ...]) -> int | None:
    """Bytes that a constant takes in a buffer; None where the type does not say (strings)."""
    if type_name not in DTYPES or type_name == "STRING":
        return None
    if type_name in _PACKED_BITS:
        return -(-prod(shape) * _PACKED_BITS[type_name] // _BYTE_BITS)
    return prod(shape) * DTYPES[type_name].itemsize


def constant(model: Model, tensor: Tensor) -> Array | None:
    """The value of a constant tensor: ``tensor.shape``, ``DTYPES[tensor.type]``, read-only.

    A view of the buffer where the type allows it. None if the buffer is empty: the value is
    made at run time (or has no elements). What is stored sparse is made dense. Raises ModelError
    if the bytes are not the value's, and for a value in another file.
    """
    data = model.buffers[tensor.buffer]
    if tensor.external_buffer:
        raise _error(tensor, "has its value in another file", "Convert it into one file.")
    if not len(data):
        return None
    if tensor.sparsity is not None:
        return _frozen(_dense(tensor, tensor.sparsity, data))
    if tensor.type == "STRING":
        return _frozen(_strings(tensor, memoryview(data)))
    wanted = stored_bytes(tensor.type, tensor.shape)
    if wanted is None or wanted != len(data):
        raise _error(tensor, f"has {len(data)} bytes in its buffer instead of {wanted}")
    return _frozen(_numbers(tensor.type, data, tensor.shape))


def constant_bytes(values: Array, type_name: str) -> bytes:
    """What a buffer stores for ``values`` of a tensor type: the inverse of ``constant``."""
    if type_name == "STRING":
        return _string_bytes(values)
    array = np.ascontiguousarray(values, DTYPES[type_name])
    return _packed(array, type_name) if type_name in _PACKED_BITS else array.tobytes()


def _frozen(values: Array) -> Array:
    values.flags.writeable = False
    return values


def _error(
    tensor: Tensor,
    problem: str,
    cure: str = "The file is damaged: fetch it or convert it again.",
) -> ModelError:
    return ModelError(
        f"Tensor {tensor.name!r} ({tensor.type}, shape {tensor.shape}) {problem}.", cure
    )


def _numbers(type_name: str, data: bytes | memoryview, shape: tuple[int, ...]) -> Array:
    """Values that fill their buffer."""
    if type_name in _PACKED_BITS:
        return _unpacked(type_name, np.frombuffer(data, np.uint8), shape)
    return np.frombuffer(data, DTYPES[type_name]).reshape(shape)


def _dense(tensor: Tensor, sparsity: Table, data: bytes | memoryview) -> Array:
    """The values of a tensor that is stored sparse, 0 where there is none."""
    try:
        where = places(len(tensor.shape), sparsity)
        if stored_bytes(tensor.type, where.shape[1:]) != len(data):
            raise ValueError(f"{len(data)} bytes are not {where.shape[1]} values")
        dense = np.zeros(tensor.shape, DTYPES[tensor.type])
        dense[tuple(where)] = _numbers(tensor.type, data, where.shape[1:])
    except (ValueError, IndexError, KeyError) as error:
        raise _error(tensor, f"is stored sparse, but {error}") from error
    return dense


def _unpacked(type_name: str, packed: NDArray[np.uint8], shape: tuple[int, ...]) -> Array:
    bits = _PACKED_BITS[type_name]
    shifts = np.arange(0, _BYTE_BITS, bits, dtype=np.uint8)
    fields = (packed[:, None] >> shifts).reshape(-1)[: prod(shape)]
    # Shifted to the top of the byte and back: an arithmetic shift extends the sign.
    top = (fields << (_BYTE_BITS - bits)).astype(np.uint8).view(DTYPES[type_name])
    return np.asarray(top >> (_BYTE_BITS - bits)).reshape(shape)


def _packed(values: Array, type_name: str) -> bytes:
    bits = _PACKED_BITS[type_name]
    per_byte = _BYTE_BITS // bits
    flat = values.reshape(-1).view(np.uint8)
    packed = np.zeros(-(-flat.size // per_byte), np.uint8)
    for place in range(per_byte):
        fields = flat[place::per_byte] & ((1 << bits) - 1)
        packed[: fields.size] |= fields << (place * bits)
    return packed.tobytes()


def _strings(tensor: Tensor, data: memoryview) -> Array:
    """int32 count, count + 1 offsets from the start of the data, the characters."""
    if len(data) < _STRING_OFFSET.itemsize:
        raise _error(tensor, f"has {len(data)} bytes, too few for a string buffer")
    count = int(np.frombuffer(data, _STRING_OFFSET, 1)[0])
    head_bytes = (count + 2) * _STRING_OFFSET.itemsize
    if count != prod(tensor.shape) or head_bytes > len(data):
        raise _error(tensor, f"has {count} strings in a buffer of {len(data)} bytes")
    offsets = np.frombuffer(data, _STRING_OFFSET, count + 1, _STRING_OFFSET.itemsize)
    if offsets[0] != head_bytes or offsets[-1] != len(data) or (np.diff(offsets) < 0).any():
        raise _error(tensor, "has string offsets that do not fit its buffer")
    strings = np.empty(count, object)
    strings[:] = [
        bytes(data[start:end])
        for start, end in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)
    ]
    return strings.reshape(tensor.shape)


def _string_bytes(values: Array) -> bytes:
    strings = [s.encode() if isinstance(s, str) else bytes(s) for s in values.reshape(-1)]
    head_bytes = (len(strings) + 2) * _STRING_OFFSET.itemsize
    ends = head_bytes + np.cumsum([0, *map(len, strings)])
    head = np.array([len(strings), *ends], _STRING_OFFSET)
    return head.tobytes() + b"".join(strings)

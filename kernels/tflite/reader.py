"""Reads a ``.tflite``: the file's tables resolved to a ``Model``, mapped and not copied."""

from __future__ import annotations

import mmap
import os
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.errors import ModelError
from kernels.limits import Limits
from kernels.mapped_memory import release
from kernels.model import (
    Metadata,
    Model,
    Operator,
    Quantization,
    Signature,
    Subgraph,
    Table,
    Tensor,
)
from kernels.tflite.decode import decode
from kernels.tflite.schema import MEMBERS, with_defaults
from kernels.tflite.verifier import verify
from kernels.tflite.zip_tail import find_tail

_FIRST_OUTSIDE_OFFSET = 2
"""Schema: an offset outside the flatbuffer "is only valid if > 1"."""


def read_model(source: str | os.PathLike[str] | bytes, limits: Limits | None = None) -> Model:
    """The verified model in a file (mapped: do not change it in place) or in bytes.

    Raises ModelError if the file cannot be read, is damaged, is no ``.tflite``, contradicts
    itself, or is beyond the limits.
    """
    limits = limits or Limits()
    if isinstance(source, bytes):
        return _read(memoryview(source), limits)
    try:
        return _read(_mapped(Path(source)), limits)
    except ModelError as error:
        raise ModelError(f"{os.fspath(source)}: {error.problem}", error.cure) from error


def _mapped(path: Path) -> memoryview:
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise OSError("it is a folder or a device")
        with path.open("rb") as file:
            # An empty file cannot be mapped.
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
            return memoryview(mapped)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ModelError(
            f"The file cannot be read: {reason}.", "Give the path of a .tflite file."
        ) from error


def _read(data: memoryview, limits: Limits) -> Model:
    if len(data) > limits.file_bytes:
        raise ModelError(
            f"The file has {len(data)} bytes; the limit is {limits.file_bytes}.",
            "Give a smaller file or a larger limit.",
        )
    root = decode(data, limits)
    model = _model(data, root)
    verify(model, limits)
    release(data)
    return model


def _given(table: Table) -> SimpleNamespace:
    return with_defaults(table, table.name)


def _model(data: memoryview, root: Table) -> Model:
    given = _given(root)
    codes = tuple(_operator_code(code) for code in given.operator_codes)
    return Model(
        subgraphs=tuple(
            _subgraph(data, codes, subgraph, f"subgraphs[{i}]")
            for i, subgraph in enumerate(given.subgraphs)
        ),
        buffers=tuple(_buffer(data, buffer, i) for i, buffer in enumerate(given.buffers)),
        version=given.version,
        description=given.description,
        signatures=tuple(_signature(table, i) for i, table in enumerate(given.signature_defs)),
        metadata=tuple(_metadata(table) for table in given.metadata),
        tail=find_tail(data),
        metadata_buffer=_optional_tuple(root, "metadata_buffer"),
        external_buffer_groups=root.fields.get("external_buffer_groups"),
        external_buffers=root.fields.get("external_buffers"),
    )


def _tuple(values: Any) -> tuple[Any, ...]:
    return tuple(values.tolist()) if isinstance(values, np.ndarray) else tuple(values)


def _optional_tuple(table: Table, name: str) -> tuple[Any, ...] | None:
    return _tuple(table.fields[name]) if name in table.fields else None


def _outside(data: memoryview, offset: int, size: int, what: str) -> memoryview:
    if offset + size > len(data):
        raise ModelError(
            f"{what} lies at {offset} with {size} bytes, outside the file's {len(data)} bytes.",
            "The file is cut off: fetch it or convert it again.",
        )
    return data[offset : offset + size]


def _buffer(data: memoryview, table: Table, index: int) -> bytes | memoryview:
    inside: memoryview | None = table.fields.get("data")
    offset = table.fields.get("offset", 0)
    if inside is not None or offset < _FIRST_OUTSIDE_OFFSET:
        return inside or b""
    return _outside(data, offset, table.fields.get("size", 0), f"buffers[{index}]")


def _operator_code(table: Table) -> tuple[str, str | None, int]:
    """(name, custom code, version). Old files give the operator in the deprecated byte only."""
    given = _given(table)
    name = MEMBERS["BuiltinOperator"][max(given.builtin_code, given.deprecated_builtin_code)]
    return name, given.custom_code if name == "CUSTOM" else None, given.version


def _subgraph(
    data: memoryview, codes: tuple[tuple[str, str | None, int], ...], table: Table, path: str
) -> Subgraph:
    given = _given(table)
    return Subgraph(
        tensors=tuple(_tensor(tensor) for tensor in given.tensors),
        inputs=_tuple(given.inputs),
        outputs=_tuple(given.outputs),
        operators=tuple(
            _operator(data, codes, operator, f"{path}.operators[{i}]")
            for i, operator in enumerate(given.operators)
        ),
        name=given.name,
        debug_metadata_index=given.debug_metadata_index,
    )


def _tensor(table: Table) -> Tensor:
    given = _given(table)
    return Tensor(
        name=given.name or "",
        type=MEMBERS["TensorType"][given.type],
        shape=_tuple(given.shape),
        buffer=given.buffer,
        quantization=_quantization(given.quantization),
        shape_signature=_optional_tuple(table, "shape_signature"),
        is_variable=given.is_variable,
        has_rank=given.has_rank,
        sparsity=given.sparsity,
        variant_tensors=table.fields.get("variant_tensors"),
        external_buffer=given.external_buffer,
    )


def _quantization(table: Table | None) -> Quantization | None:
    """None also for a table that says nothing, which converters give every float tensor."""
    if table is None:
        return None
    given = _given(table)
    vectors = (given.scale, given.zero_point, given.min, given.max)
    if given.details is None and not any(len(vector) for vector in vectors):
        return None
    return Quantization(
        scale=_array(given.scale, np.dtype(np.float32)),
        zero_point=_array(given.zero_point, np.dtype(np.int64)),
        axis=given.quantized_dimension,
        min=_array(given.min, np.dtype(np.float32)) if len(given.min) else None,
        max=_array(given.max, np.dtype(np.float32)) if len(given.max) else None,
        details=given.details,
    )


def _array(values: Any, dtype: np.dtype[Any]) -> NDArray[Any]:
    return np.asarray(values, dtype)


def _operator(
    data: memoryview, codes: tuple[tuple[str, str | None, int], ...], table: Table, path: str
) -> Operator:
    given = _given(table)
    if given.opcode_index >= len(codes):
        raise ModelError(
            f"{path} refers to operator code {given.opcode_index} of {len(codes)}.",
            "The file is damaged: fetch it or convert it again.",
        )
    name, custom_code, version = codes[given.opcode_index]
    return Operator(
        name=name,
        inputs=_tuple(given.inputs),
        outputs=_tuple(given.outputs),
        options=_options(given.builtin_options),
        options2=_options(given.builtin_options_2),
        version=version,
        custom_code=custom_code,
        custom_options=_custom_options(data, table.fields, path),
        custom_options_format=given.custom_options_format,
        mutating_variable_inputs=_optional_tuple(table, "mutating_variable_inputs"),
        intermediates=_optional_tuple(table, "intermediates"),
        debug_metadata_index=given.debug_metadata_index,
    )


def _options(table: Table | None) -> Table | None:
    """Options with plain values: vectors as tuples, bytes as bytes."""
    if table is None:
        return None
    return Table(table.name, {name: _plain(value) for name, value in table.fields.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, memoryview):
        return bytes(value)
    return _tuple(value) if isinstance(value, np.ndarray) else value


def _custom_options(data: memoryview, fields: Mapping[str, Any], path: str) -> bytes | None:
    offset = fields.get("large_custom_options_offset", 0)
    if offset >= _FIRST_OUTSIDE_OFFSET:
        size = fields.get("large_custom_options_size", 0)
        return bytes(_outside(data, offset, size, f"{path}.custom_options"))
    inside: memoryview | None = fields.get("custom_options")
    return None if inside is None else bytes(inside)


def _signature(table: Table, index: int) -> Signature:
    given = _given(table)
    return Signature(
        key=given.signature_key or "",
        inputs=_tensor_map(given.inputs, f"signature_defs[{index}].inputs"),
        outputs=_tensor_map(given.outputs, f"signature_defs[{index}].outputs"),
        subgraph=given.subgraph_index,
    )


def _tensor_map(tables: tuple[Table, ...], path: str) -> dict[str, int]:
    names: dict[str, int] = {}
    for table in tables:
        given = _given(table)
        name = given.name or ""
        if name in names:
            raise ModelError(
                f"{path} names {name!r} twice.",
                "Give every argument its own name, or convert the model again.",
            )
        names[name] = given.tensor_index
    return names


def _metadata(table: Table) -> Metadata:
    given = _given(table)
    return Metadata(given.name or "", given.buffer)

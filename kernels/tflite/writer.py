"""Writes a ``Model`` as a ``.tflite``: the same model, the same bytes, on every machine."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from kernels.mapped_memory import parts, release
from kernels.model import Model, Operator, Quantization, Signature, Subgraph, Table, Tensor
from kernels.output_file import replacing
from kernels.tflite.encode import FLATBUFFER_BYTES, Encoded, encode
from kernels.tflite.schema import ENUMS
from kernels.tflite.structure import Bytes
from kernels.tflite.verifier import verify
from kernels.tflite.zip_tail import place_tail

_START_BYTES = 64
_DEPRECATED_CODE_LIMIT = ENUMS["BuiltinOperator"]["PLACEHOLDER_FOR_GREATER_OP_CODES"]

OperatorCode = tuple[str, str | None, int]


def model_bytes(model: Model) -> bytes:
    """The file as bytes. Raises ModelError if the model contradicts itself."""
    return b"".join(encode_model(model).chunks)


def write_model(model: Model, path: str | os.PathLike[str]) -> None:
    """Writes the file beside ``path`` and renames it. Buffers go straight to the file, and those
    that are mapped need not fit in memory.

    Raises ModelError if the model contradicts itself, InputError if the place is not writable.
    """
    encoded = encode_model(model)
    with replacing(path) as beside, beside.open("wb") as file:
        for chunk in encoded.chunks:
            file.writelines(parts(chunk))


def encode_model(model: Model, flatbuffer_bytes: int = FLATBUFFER_BYTES) -> Encoded:
    """The pieces of the file; beyond ``flatbuffer_bytes`` weights lie behind the flatbuffer."""
    verify(model)
    encoded = encode(_model(model), flatbuffer_bytes)
    if not model.tail:
        return encoded
    tail = place_tail(model.tail, encoded.size)
    return Encoded((*encoded.chunks, tail), encoded.size + len(tail))


def _table(table_name: str, /, **fields: Any) -> Table:
    return Table(table_name, fields)


def _model(model: Model) -> Table:
    codes = _operator_codes(model)
    buffers = tuple(_table("Buffer", data=data) for data in _shared_buffers(model))
    return _table(
        "Model",
        version=model.version,
        operator_codes=tuple(_operator_code(*code) for code in codes),
        subgraphs=tuple(_subgraph(subgraph, codes) for subgraph in model.subgraphs),
        description=model.description,
        buffers=buffers,
        metadata_buffer=model.metadata_buffer,
        metadata=tuple(_table("Metadata", name=m.name, buffer=m.buffer) for m in model.metadata)
        or None,
        signature_defs=tuple(_signature(signature) for signature in model.signatures) or None,
        external_buffer_groups=model.external_buffer_groups,
        external_buffers=model.external_buffers,
    )


def _code(operator: Operator) -> OperatorCode:
    return operator.name, operator.custom_code, operator.version


def _operator_codes(model: Model) -> Mapping[OperatorCode, int]:
    """Every (name, custom code, version) in the order of first use, and its index."""
    used = (_code(operator) for subgraph in model.subgraphs for operator in subgraph.operators)
    return {code: index for index, code in enumerate(dict.fromkeys(used))}


def _operator_code(name: str, custom_code: str | None, version: int) -> Table:
    code = ENUMS["BuiltinOperator"][name]
    return _table(
        "OperatorCode",
        deprecated_builtin_code=min(code, _DEPRECATED_CODE_LIMIT),
        custom_code=custom_code,
        version=version,
        builtin_code=code,
    )


def _shared_buffers(model: Model) -> tuple[Bytes, ...]:
    """The buffers; equal ones are one object, so the file stores them once.

    A variable's buffer stays its own: its value may be written to.
    """
    own = {
        tensor.buffer
        for subgraph in model.subgraphs
        for tensor in subgraph.tensors
        if tensor.is_variable
    }
    starts = [_start(data) for data in model.buffers]
    alike = Counter(starts)
    first: dict[tuple[int, bytes], Bytes] = {}
    return tuple(
        # Sliced where it must stay its own: a new object is stored again.
        memoryview(data)[:]
        if index in own
        else first.setdefault((len(data), _digest(data)), data)
        if alike[starts[index]] > 1
        else data
        for index, data in enumerate(model.buffers)
    )


def _start(data: Bytes) -> tuple[int, bytes]:
    """How long a buffer is, and how it begins: without it, nothing equal need be looked for."""
    start = bytes(data[:_START_BYTES])
    release(data)
    return len(data), start


def _digest(data: Bytes) -> bytes:
    digest = hashlib.sha256()
    for part in parts(data):
        digest.update(part)
    return digest.digest()


def _subgraph(subgraph: Subgraph, codes: Mapping[OperatorCode, int]) -> Table:
    return _table(
        "SubGraph",
        tensors=tuple(_tensor(tensor) for tensor in subgraph.tensors),
        inputs=subgraph.inputs,
        outputs=subgraph.outputs,
        operators=tuple(_operator(operator, codes) for operator in subgraph.operators),
        name=subgraph.name,
        debug_metadata_index=subgraph.debug_metadata_index,
    )


def _tensor(tensor: Tensor) -> Table:
    return _table(
        "Tensor",
        shape=tensor.shape,
        type=ENUMS["TensorType"][tensor.type],
        buffer=tensor.buffer,
        name=tensor.name,
        quantization=_quantization(tensor.quantization),
        is_variable=tensor.is_variable,
        sparsity=tensor.sparsity,
        shape_signature=tensor.shape_signature,
        has_rank=tensor.has_rank,
        variant_tensors=tensor.variant_tensors,
        external_buffer=tensor.external_buffer,
    )


def _quantization(quantization: Quantization | None) -> Table | None:
    if quantization is None:
        return None
    return _table(
        "QuantizationParameters",
        min=quantization.min,
        max=quantization.max,
        scale=quantization.scale if quantization.scale.size else None,
        zero_point=quantization.zero_point if quantization.zero_point.size else None,
        details=quantization.details,
        quantized_dimension=quantization.axis,
    )


def _operator(operator: Operator, codes: Mapping[OperatorCode, int]) -> Table:
    return _table(
        "Operator",
        opcode_index=codes[_code(operator)],
        inputs=operator.inputs,
        outputs=operator.outputs,
        builtin_options=operator.options,
        custom_options=operator.custom_options,
        custom_options_format=operator.custom_options_format,
        mutating_variable_inputs=operator.mutating_variable_inputs,
        intermediates=operator.intermediates,
        builtin_options_2=operator.options2,
        debug_metadata_index=operator.debug_metadata_index,
    )


def _tensor_maps(names: Iterable[tuple[str, int]]) -> tuple[Table, ...]:
    return tuple(_table("TensorMap", name=name, tensor_index=index) for name, index in names)


def _signature(signature: Signature) -> Table:
    return _table(
        "SignatureDef",
        inputs=_tensor_maps(signature.inputs.items()),
        outputs=_tensor_maps(signature.outputs.items()),
        signature_key=signature.key,
        subgraph_index=signature.subgraph,
    )

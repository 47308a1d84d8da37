"""A model as one JSON object: signatures, graphs, tensors, quantization, metadata, files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from kernels.blockwise import with_blocks
from kernels.model import Model, Operator, Quantization, Signature, Subgraph, Table, Tensor
from kernels.signatures import signatures_of
from kernels.tflite.schema import ENUMS, TABLES, with_defaults
from tools.associated_files import associated_files

FORMAT = "tflq-inspect-1"


def contents(name: str, model: Model, file_bytes: int) -> dict[str, Any]:
    """All of it but the values of constants. Tensors are in the order of the file, with their
    index; ``bytes`` of a tensor are those of its buffer, which others may show too."""
    resolved = with_blocks(model)
    return {
        "format": FORMAT,
        "name": name,
        "bytes": file_bytes,
        "version": model.version,
        "description": model.description,
        "constant_bytes": sum(len(buffer) for buffer in model.buffers),
        "signatures": [_signature(resolved, each) for each in signatures_of(resolved).values()],
        "operators": operator_counts(resolved),
        "subgraphs": [_subgraph(resolved, each) for each in resolved.subgraphs],
        "metadata": [
            {"name": each.name, "bytes": len(model.buffers[each.buffer])} for each in model.metadata
        ],
        "files": [
            {"name": name, "bytes": len(content)}
            for name, content in associated_files(model).items()
        ],
    }


def operator_counts(model: Model) -> dict[str, int]:
    """How many operators of each name all subgraphs have, most first."""
    names = Counter(each.name for subgraph in model.subgraphs for each in subgraph.operators)
    return dict(sorted(names.items(), key=lambda item: (-item[1], item[0])))


def _signature(model: Model, signature: Signature) -> dict[str, Any]:
    tensors = model.subgraphs[signature.subgraph].tensors
    return {
        "key": signature.key,
        "subgraph": signature.subgraph,
        "inputs": _arguments(signature.inputs, tensors),
        "outputs": _arguments(signature.outputs, tensors),
    }


def _arguments(named: Mapping[str, int], tensors: tuple[Tensor, ...]) -> list[dict[str, Any]]:
    return [
        {"name": name, "tensor": index, **_type(tensors[index])} for name, index in named.items()
    ]


def _type(tensor: Tensor) -> dict[str, Any]:
    """``shape`` with -1 for a free dimension."""
    return {
        "type": tensor.type,
        "shape": [*(tensor.shape_signature or tensor.shape)],
        "quantization": quantization(tensor.quantization),
    }


def _subgraph(model: Model, subgraph: Subgraph) -> dict[str, Any]:
    return {
        "name": subgraph.name,
        "inputs": [*subgraph.inputs],
        "outputs": [*subgraph.outputs],
        "operators": [_operator(each) for each in subgraph.operators],
        "tensors": [
            {
                "index": t,
                "name": tensor.name,
                **_type(tensor),
                "buffer": tensor.buffer,
                "bytes": len(model.buffers[tensor.buffer]),
                "is_variable": tensor.is_variable,
                "is_sparse": tensor.sparsity is not None,
            }
            for t, tensor in enumerate(subgraph.tensors)
        ],
    }


def _operator(operator: Operator) -> dict[str, Any]:
    options = [each for each in (operator.options, operator.options2) if each is not None]
    return {
        "name": operator.custom_code or operator.name,
        "version": operator.version,
        "inputs": [*operator.inputs],
        "outputs": [*operator.outputs],
        "options": {key: value for each in options for key, value in _fields(each).items()},
    }


def _fields(table: Table) -> dict[str, Any]:
    """Every field, with the schema's default where the file gives none; enums by name."""
    if table.name not in TABLES:
        return {key: _plain(value) for key, value in table.fields.items()}
    given = vars(with_defaults(table, table.name))
    fields = TABLES[table.name].fields
    return {each.name: _named(given[each.name], each.type) for each in fields}


def _named(value: Any, type_name: str) -> Any:
    """The member of an enum that a number stands for; other values as they are."""
    names = {number: name for name, number in ENUMS.get(type_name, {}).items()}
    return names.get(value, value) if isinstance(value, int) else _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Table):
        return _fields(value)
    if isinstance(value, bytes | memoryview):
        return f"{len(value)} bytes"
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.item() if hasattr(value, "item") and getattr(value, "ndim", 1) == 0 else value


def quantization(given: Quantization | None) -> dict[str, Any] | None:
    """Its granularity, dimension and the ends of its scales and zero points; None for none."""
    if given is None:
        return None
    if given.blocks is not None:
        scale = given.blocks.scale
        made = {"granularity": "blockwise", "block_size": given.blocks.size}
        return {**made, "scale_min": float(scale.min()), "scale_max": float(scale.max())}
    if not len(given.scale):
        return None
    channels = len(given.scale)
    return {
        "granularity": "per_tensor" if channels == 1 else "per_channel",
        "axis": None if channels == 1 else given.axis,
        "scales": channels,
        "scale_min": float(given.scale.min()),
        "scale_max": float(given.scale.max()),
        "zero_point_min": int(given.zero_point.min(initial=0)),
        "zero_point_max": int(given.zero_point.max(initial=0)),
    }

"""What a model holds, in lines for a terminal; made of the JSON object of ``contents``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tools.bench.table import NOTHING, aligned

Json = Mapping[str, Any]
_MOST_SHOWN = 4
"""Values of an option that are a list."""


def summary_lines(model: Json) -> list[str]:
    """The file, its signatures, operators, types of constants, metadata and files."""
    constants = f"{model['constant_bytes']:,} of constants"
    lines = [f"{model['name']}  {model['bytes']:,} bytes, {constants}"]
    lines += [f"  description  {model['description']}"] if model["description"] else []
    for signature in model["signatures"]:
        lines += ["", f"signature '{signature['key']}' runs subgraph {signature['subgraph']}"]
        for what in ("inputs", "outputs"):
            for each in signature[what]:
                lines.append(f"  {what[:-1]:<6}  {each['name']}  {typed(each)}")
    lines += ["", *aligned(("operator", "count"), _pairs(model["operators"]))]
    lines += ["", *aligned(("constants", "tensors", "bytes"), _constant_types(model))]
    for what in ("metadata", "files"):
        if model[what]:
            lines += ["", *aligned((what, "bytes"), [_named_bytes(each) for each in model[what]])]
    return lines


def graph_lines(model: Json) -> list[str]:
    """Every operator with what it reads, makes and is told."""
    lines = []
    for s, subgraph in enumerate(model["subgraphs"]):
        lines += ["", f"subgraph {s}{_called(subgraph['name'])}"]
        for o, operator in enumerate(subgraph["operators"]):
            reads, makes = _indices(operator["inputs"]), _indices(operator["outputs"])
            lines.append(f"  {o:>4}  {operator['name']}  {reads} -> {makes}")
            lines += [f"        {key} = {_value(v)}" for key, v in operator["options"].items()]
    return lines


def tensor_lines(model: Json) -> list[str]:
    """Every tensor with its type, shape, bytes and quantization."""
    lines = []
    for s, subgraph in enumerate(model["subgraphs"]):
        lines += ["", f"subgraph {s}{_called(subgraph['name'])}"]
        for each in subgraph["tensors"]:
            stored = f"  {each['bytes']:,} bytes" if each["bytes"] else ""
            lines.append(f"  {each['index']:>4}  {each['name'] or '(no name)'}")
            lines.append(f"        {typed(each)}{stored}")
    return lines


def typed(tensor: Json) -> str:
    """Type, shape and quantization: ``int8[1, 10] * 0.0039 + 128``."""
    shape = ", ".join(map(str, tensor["shape"]))
    return f"{tensor['type'].lower()}[{shape}]{_quantized(tensor['quantization'])}"


def _quantized(given: Json | None) -> str:
    if given is None:
        return ""
    ends = f"{given['scale_min']:.4g} to {given['scale_max']:.4g}"
    if given["granularity"] == "blockwise":
        return f"  scales {ends}, one for {given['block_size']} values"
    if given["granularity"] == "per_channel":
        return f"  {given['scales']} scales {ends} along dimension {given['axis']}"
    return f"  scale {given['scale_min']:.6g}, zero point {given['zero_point_min']}"


def _pairs(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    return [(name, f"{count:,}") for name, count in counts.items()]


def _constant_types(model: Json) -> list[tuple[str, ...]]:
    """A row for each type of constant, the most bytes first; a shared buffer counts once."""
    buffers: dict[str, dict[int, int]] = {}
    tensors: dict[str, int] = {}
    for subgraph in model["subgraphs"]:
        for each in subgraph["tensors"]:
            if each["bytes"]:
                buffers.setdefault(each["type"], {})[each["buffer"]] = each["bytes"]
                tensors[each["type"]] = tensors.get(each["type"], 0) + 1
    sizes = {name: sum(found.values()) for name, found in buffers.items()}
    ordered = sorted(sizes, key=lambda name: (-sizes[name], name))
    return [(name.lower(), f"{tensors[name]:,}", f"{sizes[name]:,}") for name in ordered]


def _named_bytes(each: Json) -> tuple[str, str]:
    return each["name"], f"{each['bytes']:,}"


def _called(name: str | None) -> str:
    return f" '{name}'" if name else ""


def _indices(indices: Sequence[int]) -> str:
    return ", ".join(NOTHING if index < 0 else str(index) for index in indices) or "nothing"


def _value(value: Any) -> str:
    if isinstance(value, list) and len(value) > _MOST_SHOWN:
        return f"{value[:_MOST_SHOWN]}... ({len(value)} values)"
    return str(value)

"""Builds small models: values are named, indices and buffers follow from them.

model = single_operator(
    "CONV_2D",
    inputs=[tensor("x", (1, 8, 8, 3)), constant("w", weights, quantization=per_channel)],
    outputs=[tensor("y", (1, 8, 8, 4))],
    options={"padding": "SAME", "stride_w": 1, "stride_h": 1},
)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kernels.blockwise import NO_TENSOR, Blockwise
from kernels.constant import DTYPES, constant_bytes
from kernels.model import (
    OPTIONAL_TENSOR,
    Model,
    Operator,
    Quantization,
    Signature,
    Subgraph,
    Table,
    Tensor,
)
from kernels.tflite.schema import ENUMS, OPTIONS, TABLES, UNIONS

_TYPES = {
    dtype: name
    for name, dtype in reversed(list(DTYPES.items()))
    if name not in ("INT4", "UINT4", "INT2", "BFLOAT16", "FLOAT8_E4M3FN", "FLOAT8_E5M2")
}
NO_QUANTIZATION = Quantization(np.empty(0, np.float32), np.empty(0, np.int64))


@dataclass(frozen=True)
class Value:
    """A tensor and what its buffer holds: nothing, if it is made at run time.

    ``scales`` is the tensor that holds the scales of its blocks, if it is blockwise quantized.
    """

    tensor: Tensor
    data: bytes = b""
    scales: Value | None = None


@dataclass(frozen=True)
class Operation:
    """An operator whose operands are values; None is an operand that is not there."""

    name: str
    inputs: Sequence[Value | None]
    outputs: Sequence[Value]
    options: Mapping[str, Any] | None = None
    version: int = 1
    custom_code: str | None = None
    custom_options: bytes | None = None
    intermediates: Sequence[Value] = ()


def quantization(scale: Any, zero_point: Any = 0, axis: int = 0) -> Quantization:
    """Per-tensor for numbers, per-channel for sequences; one zero point stands for all."""
    scales = np.atleast_1d(np.asarray(scale, np.float32))
    zero_points = np.broadcast_to(np.asarray(zero_point, np.int64), scales.shape).copy()
    return Quantization(scales, zero_points, axis)


def tensor(name: str, shape: Sequence[int], element_type: str = "FLOAT32", **fields: Any) -> Value:
    """A value made at run time; ``fields`` are more of ``Tensor``, as ``is_variable=True``."""
    return Value(Tensor(name, element_type, tuple(shape), **fields))


def constant(name: str, values: Any, element_type: str | None = None, **fields: Any) -> Value:
    """A constant; its type is the array's unless given: "INT4" packs an int8 array."""
    array = np.asarray(values)
    element_type = element_type or _TYPES[array.dtype]
    return Value(
        Tensor(name, element_type, array.shape, **fields), constant_bytes(array, element_type)
    )


def blockwise(
    name: str, values: Any, scales: Any, element_type: str = "INT4", **fields: Any
) -> Value:
    """A constant with a scale for every block along its last dimension. ``scales``, (..., blocks)
    of float16 or float32, are the tensor ``<name>_scales``."""
    stored = constant(f"{name}_scales", scales)
    size = np.shape(values)[-1] // stored.tensor.shape[-1]
    table = Blockwise(NO_TENSOR, size).table()
    scheme = replace(fields.pop("quantization", NO_QUANTIZATION), details=table)
    made = constant(name, values, element_type, quantization=scheme, **fields)
    return replace(made, scales=stored)


def options_table(operator: str, options: Mapping[str, Any] | None) -> Table | None:
    """The operator's options table; an enum's member may be given by name, as "SAME"."""
    name = OPTIONS[operator]
    if not name:
        return None
    types = {field.name: field.type for field in TABLES[name].fields}
    fields = {
        key: ENUMS[types[key]][value] if isinstance(value, str) and types[key] in ENUMS else value
        for key, value in (options or {}).items()
    }
    return Table(name, fields)


def graph(
    operations: Sequence[Operation],
    inputs: Sequence[Value],
    outputs: Sequence[Value],
    key: str = "serving_default",
) -> Model:
    """A model of one subgraph with one signature, arguments named as their tensors.

    A value may be used in several places; values of one name must be the same.
    """
    operands = [v for o in operations for v in (*o.inputs, *o.outputs, *o.intermediates) if v]
    scales = [v.scales for v in operands if v.scales]
    values = list({v.tensor.name: v for v in (*inputs, *operands, *outputs, *scales)}.values())
    index = {value.tensor.name: i for i, value in enumerate(values)}
    constants = [value for value in values if value.data]
    buffer = {value.tensor.name: i for i, value in enumerate(constants, 1)}

    def indices(of: Sequence[Value | None]) -> tuple[int, ...]:
        return tuple(OPTIONAL_TENSOR if v is None else index[v.tensor.name] for v in of)

    subgraph = Subgraph(
        tensors=tuple(
            replace(_with_scales(v, index), buffer=buffer.get(v.tensor.name, 0)) for v in values
        ),
        inputs=indices(inputs),
        outputs=indices(outputs),
        operators=tuple(_operator(o, indices) for o in operations),
        name="main",
    )
    fed, made = ({v.tensor.name: index[v.tensor.name] for v in end} for end in (inputs, outputs))
    return Model(
        subgraphs=(subgraph,),
        buffers=(b"", *(value.data for value in constants)),
        signatures=(Signature(key, fed, made),),
    )


def _with_scales(value: Value, index: Mapping[str, int]) -> Tensor:
    """The tensor with the index of its block scales, if it has any."""
    quantization = value.tensor.quantization
    said = Blockwise.of(quantization)
    if value.scales is None or quantization is None or said is None:
        return value.tensor
    details = replace(said, scales=index[value.scales.tensor.name]).table()
    return replace(value.tensor, quantization=replace(quantization, details=details))


def _operator(
    operation: Operation, indices: Callable[[Sequence[Value | None]], tuple[int, ...]]
) -> Operator:
    table = options_table(operation.name, operation.options)
    second = table is not None and table.name in UNIONS["BuiltinOptions2"]
    return Operator(
        name=operation.name,
        inputs=indices(operation.inputs),
        outputs=indices(operation.outputs),
        options=None if second else table,
        options2=table if second else None,
        version=operation.version,
        custom_code=operation.custom_code,
        custom_options=operation.custom_options,
        intermediates=indices(operation.intermediates) or None,
    )


def single_operator(
    name: str,
    inputs: Sequence[Value | None],
    outputs: Sequence[Value],
    options: Mapping[str, Any] | None = None,
    version: int = 1,
    **fields: Any,
) -> Model:
    """A model of one operator; its inputs are those values that are neither constant nor
    variable. ``fields`` are more of ``Operation``."""
    operation = Operation(name, inputs, outputs, options, version, **fields)
    fed = [v for v in inputs if v is not None and not v.data and not v.tensor.is_variable]
    return graph([operation], list({v.tensor.name: v for v in fed}.values()), outputs)


def with_subgraphs(main: Model, *others: Model) -> Model:
    """``main`` with the first subgraphs of the others after its own, and their buffers."""
    subgraphs, buffers = list(main.subgraphs), list(main.buffers)
    for other in others:
        offset = len(buffers) - 1
        subgraphs.append(_shifted(other.subgraphs[0], offset))
        buffers.extend(other.buffers[1:])
    return replace(main, subgraphs=tuple(subgraphs), buffers=tuple(buffers))


def _shifted(subgraph: Subgraph, offset: int) -> Subgraph:
    def shift(t: Tensor) -> Tensor:
        return replace(t, buffer=t.buffer + offset if t.buffer else 0)

    return replace(subgraph, tensors=tuple(shift(t) for t in subgraph.tensors))

"""QUANTIZE and DEQUANTIZE as instructions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from kernels.constant import RUNTIME_DTYPES
from kernels.element_types import PACKED
from kernels.flat import lower_tables
from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.nests import GRAIN, PIECE
from kernels.flat.value import Source, Value, new_value
from kernels.model import Tensor
from kernels.node import Node

_QUANTIZERS: Mapping[np.dtype[Any], str] = MappingProxyType(
    {
        np.dtype(np.int8): "quantizing.to_bytes",
        np.dtype(np.uint8): "quantizing.to_bytes",
        np.dtype(np.int16): "quantizing.to_int16",
    }
)
_DEQUANTIZERS: Mapping[str, str] = MappingProxyType(
    {
        "INT8": "quantizing.of_int8",
        "UINT8": "quantizing.of_uint8",
        "INT16": "quantizing.of_int16",
    }
)


def _scale_and_zero(tensor: Tensor) -> tuple[np.float32, float] | None:
    """Of a tensor with one scale; None if it has more or less."""
    quantization = tensor.quantization
    if quantization is None or quantization.blocks is not None or len(quantization.scale) != 1:
        return None
    if len(quantization.zero_point) != 1:
        return None
    return np.float32(quantization.scale[0]), float(np.float32(quantization.zero_point[0]))


def quantize(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """QUANTIZE, by one scale; of bytes by a table."""
    x, tensor = inputs[0], node.outputs[0].tensor
    dtype, affine = RUNTIME_DTYPES.get(tensor.type), _scale_and_zero(tensor)
    if not isinstance(x, Value) or dtype is None or affine is None or dtype not in _QUANTIZERS:
        return None
    if tensor.type in PACKED:
        return None
    if x.dtype != np.float32:
        return lower_tables.requantize(node, inputs)
    scale, zero = affine
    limits, y = np.iinfo(dtype), new_value(x.shape, dtype)
    bounds = (float(limit - zero) for limit in (limits.min, limits.max))
    numbers = (float(np.float32(1) / scale), int(zero), *bounds)
    return _of_blocks(_QUANTIZERS[dtype], x, y, numbers)


def dequantize(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """DEQUANTIZE, by one scale."""
    x, tensor = inputs[0], node.operand(0).tensor
    affine, kernel = _scale_and_zero(tensor), _DEQUANTIZERS.get(tensor.type)
    if not isinstance(x, Value) or kernel is None or affine is None:
        return None
    scale, zero = affine
    return _of_blocks(kernel, x, new_value(x.shape, np.float32), (zero, float(scale)))


def _of_blocks(kernel: str, x: Value, y: Value, numbers: Sequence[float]) -> Lowered:
    blocks = -(-x.count // PIECE)
    made = Instruction(kernel, (x, y, x.count, *numbers), blocks, GRAIN // PIECE)
    return Lowered((y,), (made,))

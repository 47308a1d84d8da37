"""The real values that a constant stands for, however it is stored."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.constant import constant
from kernels.model import Model, Quantization, Tensor

Array = NDArray[Any]

_HALF = "FLOAT16"


def real_constant(model: Model, tensor: Tensor) -> Array | None:
    """float32 of the tensor's shape for a quantized or float16 constant, any other as it is; None
    for a value made at run time. Scales in blocks are known after ``with_blocks``."""
    values = constant(model, tensor)
    if values is None or tensor.type == _HALF:
        return None if values is None else values.astype(np.float32)
    step = step_of(tensor)
    if step is None:
        return values
    assert tensor.quantization is not None
    codes = values.astype(np.float32)
    if tensor.quantization.blocks is None:
        codes = codes - _spread(
            tensor.quantization.zero_point.astype(np.float32), tensor, tensor.quantization
        )
    return np.asarray(codes * step, np.float32)


def step_of(tensor: Tensor) -> Array | None:
    """The scale of each value of a quantized tensor, of a shape that broadcasts to the tensor's;
    None where there is none."""
    quantization = tensor.quantization
    if quantization is None:
        return None
    if quantization.blocks is not None:
        blocks = quantization.blocks
        return np.repeat(blocks.scale, blocks.size, axis=-1).reshape(tensor.shape)
    if not len(quantization.scale):
        return None
    return _spread(quantization.scale, tensor, quantization)


def _spread(values: Array, tensor: Tensor, quantization: Quantization) -> Array:
    if len(values) == 1:
        return values.reshape((1,) * len(tensor.shape))
    shape = [1] * len(tensor.shape)
    shape[quantization.axis] = len(values)
    return values.reshape(shape)

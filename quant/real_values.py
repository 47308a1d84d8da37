"""Real values and the codes that stand for them in a quantized input or output.

Evaluation data has real values, which the float model takes as they are; a model whose inputs and
outputs are integers means the same by ``real = scale * (code - zero_point)``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.constant import DTYPES
from kernels.model import Quantization, Tensor

Array = NDArray[Any]

_CODES = ("INT8", "UINT8", "INT16")


def as_stored(values: Array, tensor: Tensor) -> Array:
    """Values as the tensor holds them. Those of its type are what it holds; for a quantized
    tensor others are real, and become the nearest codes, halves even; as LiteRT's QUANTIZE."""
    dtype = DTYPES[tensor.type]
    quantization = _affine(tensor)
    if values.dtype == dtype or quantization is None:
        return values.astype(dtype, copy=False)
    steps = np.rint(values.astype(np.float32) * (np.float32(1) / quantization.scale[0]))
    limits = np.iinfo(dtype)
    steps += np.float32(quantization.zero_point[0])
    codes: Array = np.clip(steps, limits.min, limits.max).astype(dtype)
    return codes


def as_real(values: Array, tensor: Tensor) -> Array:
    """What the values of a tensor mean: float32 for a quantized one, else as they are."""
    quantization = _affine(tensor)
    if quantization is None:
        return values
    steps = values.astype(np.float32) - np.float32(quantization.zero_point[0])
    real: Array = steps * quantization.scale[0]
    return real


def _affine(tensor: Tensor) -> Quantization | None:
    """Of a tensor of codes with one scale."""
    quantization = tensor.quantization
    if tensor.type not in _CODES or quantization is None or len(quantization.scale) != 1:
        return None
    return quantization

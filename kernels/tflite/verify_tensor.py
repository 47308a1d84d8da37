"""What must hold of one tensor: its shape, its bytes, its quantization."""

from __future__ import annotations

from math import prod
from types import MappingProxyType
from typing import NoReturn

import numpy as np

from kernels.constant import DTYPES, constant, stored_bytes
from kernels.errors import ModelError
from kernels.limits import Limits
from kernels.model import Model, Quantization, Subgraph, Tensor
from kernels.tflite.schema import ENUMS
from kernels.tflite.verify_sparsity import verify_sparsity

_CURE = "The file is damaged or its converter is wrong: fetch it or convert it again."
_FREE_DIMENSION = -1
_QUANTIZED_RANGES = MappingProxyType(
    {
        "INT2": (-2, 1),
        "INT4": (-8, 7),
        "UINT4": (0, 15),
        **{
            name: (int(np.iinfo(DTYPES[name]).min), int(np.iinfo(DTYPES[name]).max))
            for name in ("INT8", "UINT8", "INT16", "UINT16", "INT32", "UINT32")
        },
    }
)


def verify_tensor(
    model: Model, subgraph: Subgraph, tensor: Tensor, where: str, limits: Limits
) -> None:
    """Raises ModelError that begins with ``where`` if the tensor contradicts itself."""
    if tensor.type not in ENUMS["TensorType"]:
        _fail(where, f"is of type {tensor.type}, which is not in the schema")
    _verify_shape(tensor, where, limits)
    if tensor.buffer >= len(model.buffers) or tensor.buffer < 0:
        _fail(where, f"refers to buffer {tensor.buffer}, of {len(model.buffers)}")
    _verify_bytes(model, tensor, where)
    if tensor.quantization is not None:
        _verify_quantization(tensor, tensor.quantization, where)
        _verify_details(tensor.quantization, len(subgraph.tensors), where)


def _fail(where: str, problem: str) -> NoReturn:
    raise ModelError(f"{where} {problem}.", _CURE)


def _verify_shape(tensor: Tensor, where: str, limits: Limits) -> None:
    signature = tensor.shape_signature
    if len(tensor.shape) > limits.rank:
        _fail(where, f"has {len(tensor.shape)} dimensions; the limit is {limits.rank}")
    if min(tensor.shape, default=0) < 0:
        _fail(where, f"has the shape {tensor.shape}, with a negative dimension")
    if signature and len(signature) != len(tensor.shape):
        _fail(where, f"has the shape {tensor.shape} and the shape_signature {signature}")
    if min(signature or (), default=0) < _FREE_DIMENSION:
        _fail(where, f"has the shape_signature {signature}")
    item_bytes = DTYPES[tensor.type].itemsize if tensor.type in DTYPES else 1
    # A dimension of 0 does not excuse the others: NumPy multiplies them all the same.
    size = prod(filter(None, tensor.shape)) * item_bytes
    if size > limits.tensor_bytes:
        _fail(where, f"has {size} bytes; the limit is {limits.tensor_bytes}")


def _verify_bytes(model: Model, tensor: Tensor, where: str) -> None:
    stored = len(model.buffers[tensor.buffer])
    if not stored:
        return
    if tensor.sparsity is not None:
        verify_sparsity(tensor, tensor.sparsity, stored, where)
        return
    if tensor.type == "STRING":
        constant(model, tensor)
        return
    wanted = stored_bytes(tensor.type, tensor.shape)
    if wanted is None:
        _fail(where, f"has {stored} bytes but is {tensor.type}, which has no values in a file")
    if stored != wanted:
        _fail(where, f"has {stored} bytes in buffer {tensor.buffer} instead of {wanted}")


def _verify_quantization(tensor: Tensor, quantization: Quantization, where: str) -> None:
    scales, zero_points = quantization.scale, quantization.zero_point
    if len(zero_points) != len(scales):
        _fail(where, f"has {len(scales)} scales and {len(zero_points)} zero points")
    if not len(scales):
        return
    axis = quantization.axis
    is_there = 0 <= axis < len(tensor.shape)
    per_tensor = len(scales) == 1 and (is_there or not tensor.shape)
    if not (per_tensor or (is_there and tensor.shape[axis] == len(scales))):
        _fail(where, f"of shape {tensor.shape} has {len(scales)} scales on axis {axis}")
    wrong = ~(np.isfinite(scales) & (scales > 0))
    if wrong.any():
        channel = int(wrong.argmax())
        _fail(where, f"has the scale {scales[channel]} in channel {channel}")
    low, high = _QUANTIZED_RANGES.get(tensor.type, (None, None))
    if low is not None and (zero_points.min() < low or zero_points.max() > high):
        _fail(where, f"is {tensor.type} with a zero point outside [{low}, {high}]")


def _verify_details(quantization: Quantization, tensors: int, where: str) -> None:
    details = quantization.details
    if details is None or "Custom" in details.name:
        return
    for name in ("scales", "zero_points"):
        index = details.fields.get(name, 0)
        if not -1 <= index < tensors:
            _fail(where, f"has its {name} in tensor {index}, of {tensors}")

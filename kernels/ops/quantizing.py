"""DEQUANTIZE and QUANTIZE between float and affine integers: real = scale * (q - zero_point).

QUANTIZE from integers is in ``requantizing``.

Source: ``tflite/kernels/{dequantize,quantize}.cc`` of google-ai-edge/LiteRT, and
``src/f32-qs8-vcvt`` of google/XNNPACK.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kernels.constant import DTYPES
from kernels.element_types import FLOAT, PACKED, integer_limits, require_type
from kernels.errors import ModelError, UnsupportedOperatorError
from kernels.model import Tensor
from kernels.node import XNNPACK, Array, Node, Run
from kernels.ops import requantizing
from kernels.weight import require_no_blocks

_QUANTIZED = ("INT8", "UINT8", "INT16", "INT4", "UINT4", "INT2", "INT32")
_QUANTIZABLE = ("INT8", "UINT8", "INT16", "INT4", "UINT4")
_HALF = np.float32(0.5)


@dataclass(frozen=True)
class _Affine:
    """scale, zero_point: (n,) float32 along ``axis``; n is 1 if per-tensor."""

    scale: Array
    zero_point: Array
    axis: int

    @classmethod
    def of(cls, node: Node, tensor: Tensor) -> _Affine:
        require_no_blocks(tensor)
        quantization = tensor.quantization
        if quantization is None or not len(quantization.scale):
            raise ModelError(
                f"Its tensor '{tensor.name}' has no scale.",
                "The file may be damaged: convert the model again.",
            )
        zero_point = np.broadcast_to(quantization.zero_point, quantization.scale.shape)
        return cls(quantization.scale, zero_point.astype(np.float32), quantization.axis)

    def along(self, values: Array, rank: int) -> Array:
        """One of the two, shaped so that it broadcasts to a tensor of that rank."""
        if len(values) == 1:
            return values.reshape(())
        return values.reshape([len(values) if i == self.axis else 1 for i in range(rank)])


def dequantize(node: Node) -> Run:
    """float32 of affine integers, per-tensor or per-channel, or of FLOAT16."""
    if require_type(node, (*_QUANTIZED, "FLOAT16")) == "FLOAT16":
        return _widen
    affine = _Affine.of(node, node.operand(0).tensor)

    def run(q: Array) -> tuple[Array, ...]:
        zero_point = affine.along(affine.zero_point, q.ndim)
        return ((q.astype(np.float32) - zero_point) * affine.along(affine.scale, q.ndim),)

    return run


def _widen(x: Array) -> tuple[Array, ...]:
    return (x.astype(np.float32),)


def quantize(node: Node) -> Run:
    """Affine integers of float32.

    TFLite's reference divides and rounds half away from zero; XNNPACK, and TFLite's own fast
    kernel, multiply by the reciprocal and round half to even, if there is one scale and the
    integers are not packed.
    """
    if require_type(node, (*FLOAT, *requantizing.OUTPUTS)) not in FLOAT:
        return requantizing.prepare(node)
    tensor = node.outputs[0].tensor
    if tensor.type not in _QUANTIZABLE:
        raise UnsupportedOperatorError(
            f"It cannot make {tensor.type}.",
            f"It makes {', '.join(_QUANTIZABLE)}.",
        )
    affine, dtype = _Affine.of(node, tensor), DTYPES[tensor.type]
    fast = node.numerics == XNNPACK and len(affine.scale) == 1 and tensor.type not in PACKED
    steps = _steps_fast if fast else _steps_reference
    low, high = map(np.float32, integer_limits(tensor.type))

    def run(x: Array) -> tuple[Array, ...]:
        scale = affine.along(affine.scale, x.ndim)
        q = steps(x, scale) + affine.along(affine.zero_point, x.ndim)
        return (np.clip(q, low, high).astype(dtype),)

    return run


def _steps_fast(x: Array, scale: Array) -> Array:
    return np.rint(x * (np.float32(1) / scale))


def _steps_reference(x: Array, scale: Array) -> Array:
    steps = x / scale
    return np.trunc(steps + np.copysign(_HALF, steps))

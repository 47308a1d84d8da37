"""Tensors of integers with one scale and one zero point: real = scale * (q - zero_point).

Source: ``tflite/kernels/kernel_util.cc`` (``CalculateActivationRangeQuantized``) of
google-ai-edge/LiteRT.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kernels.activation import activation_bounds
from kernels.constant import DTYPES
from kernels.element_types import QUANTIZED, require_one_type
from kernels.errors import UnsupportedOperatorError
from kernels.model import Tensor
from kernels.node import Array, Node


@dataclass(frozen=True)
class PerTensor:
    """scale and zero point of a whole tensor, and the dtype of its integers."""

    scale: np.float32
    zero_point: int
    dtype: np.dtype[Any]

    @classmethod
    def of(cls, tensor: Tensor, types: tuple[str, ...] = QUANTIZED) -> PerTensor:
        """Raises UnsupportedOperatorError unless it has one scale and one of ``types``."""
        quantization = tensor.quantization
        count = 0 if quantization is None else len(quantization.scale)
        if quantization is None or count != 1 or tensor.type not in types:
            raise UnsupportedOperatorError(
                f"Tensor '{tensor.name}' ({tensor.type}) has {count} scales; its kernel for "
                f"integers takes {', '.join(types)} with one.",
                "Quantize activations per tensor, or run the float model.",
            )
        zero_point = int(quantization.zero_point[0]) if len(quantization.zero_point) else 0
        return cls(np.float32(quantization.scale[0]), zero_point, DTYPES[tensor.type])

    @property
    def limits(self) -> tuple[int, int]:
        """The smallest and the largest integer of the type."""
        limits = np.iinfo(self.dtype)
        return int(limits.min), int(limits.max)

    def centred(self, q: Array) -> Array:
        """``q - zero_point``, int64."""
        steps: Array = q.astype(np.int64) - self.zero_point
        return steps

    def dequantized(self, q: Array) -> Array:
        """The real numbers, float32."""
        real: Array = self.centred(q).astype(np.float32) * self.scale
        return real

    def stored(self, steps: Array, bounds: tuple[int, int] | None = None) -> Array:
        """The integers that stand for so many steps of the scale, clamped to ``bounds``, which
        are the type's if not given."""
        low, high = bounds or self.limits
        return np.asarray(np.clip(steps + self.zero_point, low, high), self.dtype)

    def activation_bounds(self, code: int) -> tuple[int, int]:
        """The integers to which a fused activation clamps.

        Equals ``CalculateActivationRangeQuantized``; raises ModelError if it is no clamp.
        """
        return self.bounds(*activation_bounds(code))

    def bounds(self, low: float, high: float) -> tuple[int, int]:
        """The integers that stand for two real numbers, within the type."""
        least, most = self.limits
        first = least if low == -np.inf else max(least, self._nearest(low))
        last = most if high == np.inf else min(most, self._nearest(high))
        return first, last

    def _nearest(self, real: float) -> int:
        steps = np.float32(real) / self.scale
        return self.zero_point + int(np.trunc(steps + np.copysign(np.float32(0.5), steps)))


def per_tensor_operands(node: Node, types: tuple[str, ...] = QUANTIZED) -> tuple[PerTensor, ...]:
    """What all inputs and the first output mean, in this order; their type is one of ``types``.

    Raises ModelError if the inputs are of several types, UnsupportedOperatorError as
    ``PerTensor.of``.
    """
    require_one_type(node, types)
    operands = (*filter(None, node.inputs), node.outputs[0])
    return tuple(PerTensor.of(operand.tensor) for operand in operands)

"""Integers that stand for real numbers: one scale and one zero point for a tensor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.constant import DTYPES
from kernels.element_types import integer_limits
from kernels.integer import INT8
from kernels.model import Quantization
from quant.ranges import Range
from quant.sqnr import energies, ratio_db
from quant.weights import Encoding, StoredWeight

UINT8 = "UINT8"
UINT8_SHIFT = 128
"""What a UINT8 code is more than the INT8 code of the same number."""
_LEAST_WIDTH = 1e-6
"""A narrower range is taken for that of a tensor which is always 0."""
_UNIT = (0.0, 1.0)


@dataclass(frozen=True)
class Affine:
    """``real = scale * (q - zero_point)``; ``type`` is INT8, UINT8 or INT16; the scale is a
    float32."""

    type: str
    scale: float
    zero_point: int

    @classmethod
    def of(cls, observed: Range, element_type: str) -> Affine:
        """The finest for a range, which is widened to hold 0: INT8 uses all of its codes,
        INT16 has zero point 0 and no -32768, as its kernels want."""
        low, high = observed.with_zero.min, observed.with_zero.max
        if high - low < _LEAST_WIDTH:
            low, high = _UNIT
        least, most = integer_limits(element_type)
        if element_type != INT8:
            return cls(element_type, float(np.float32(max(-low, high) / most)), 0)
        scale = (high - low) / (most - least)
        return cls(element_type, float(np.float32(scale)), round(least - low / scale))

    @property
    def range(self) -> Range:
        """The real numbers that it holds."""
        least, most = integer_limits(self.type)
        return Range(self.scale * (least - self.zero_point), self.scale * (most - self.zero_point))

    @property
    def quantization(self) -> Quantization:
        """As a tensor has it."""
        return Quantization(
            np.array([self.scale], np.float32), np.array([self.zero_point], np.int64)
        )

    @property
    def as_uint8(self) -> Affine:
        """INT8's numbers as UINT8."""
        return Affine(UINT8, self.scale, self.zero_point + UINT8_SHIFT)

    def stored(self, values: NDArray[Any], integers: NDArray[Any]) -> StoredWeight:
        """A constant of which those are the integers."""
        restored = (integers.astype(np.float32) - self.zero_point) * np.float32(self.scale)
        sqnr_db = ratio_db(*energies(values, restored))
        return StoredWeight(Encoding(self.type), integers, self.quantization.scale, sqnr_db)

    def quantized(self, values: NDArray[Any]) -> NDArray[Any]:
        """The nearest integers, halves away from zero, of the type's dtype."""
        steps = values.astype(np.float64) / self.scale
        nearest = np.trunc(steps + np.copysign(0.5, steps)) + self.zero_point
        integers: NDArray[Any] = np.clip(nearest, *integer_limits(self.type))
        return integers.astype(DTYPES[self.type])

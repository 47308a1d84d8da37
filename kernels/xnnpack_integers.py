"""What XNNPACK computes with quantized activations: sums, products, conversions, clamps.

Every function takes integers without their zero points (int64) and returns steps of the
output's scale, before its zero point is added. XNNPACK takes a node only if the ratios of the
scales are within bounds; those are here too.
Source: ``src/qs8-vadd``, ``src/qs8-vmul``, ``src/qs8-vcvt``, ``src/qs8-vlrelu`` and
``src/microparams-init.c`` of google/XNNPACK; ``xnnpack_delegate.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.activation import activation_bounds as code_bounds
from kernels.node import XNNPACK, Array, Node
from kernels.per_tensor import PerTensor

f32 = np.float32

SUM_RATIOS = (2.0**-10, 2.0**8)
PRODUCT_RATIOS = (2.0**-16, 2.0**8)
CONVERSION_RATIOS = (2.0**-8, 2.0**7)
"""Of an input's scale, or of the product of both, to the output's: from the first up to, not
including, the second; of a conversion including it."""

MULTIPLIER_BITS = 20
"""Of the larger multiplier of a sum."""
CONVERSION_BITS = 8
"""After the binary point of a conversion's multiplier."""


def takes_types(node: Node) -> bool:
    """Whether XNNPACK is asked for and takes integers of the node's type."""
    return node.numerics == XNNPACK and node.operand(0).tensor.type in ("INT8", "UINT8")


def takes_sum(node: Node, x: PerTensor, y: PerTensor, out: PerTensor) -> bool:
    """Whether XNNPACK takes an ADD or SUB."""
    return takes_types(node) and all(
        SUM_RATIOS[0] <= scale / out.scale < SUM_RATIOS[1] for scale in (x.scale, y.scale)
    )


def takes_product(node: Node, x: PerTensor, y: PerTensor, out: PerTensor) -> bool:
    """Whether XNNPACK takes a MUL."""
    ratio = x.scale * y.scale / out.scale
    return takes_types(node) and bool(PRODUCT_RATIOS[0] <= ratio < PRODUCT_RATIOS[1])


def takes_conversion(node: Node, *ratios: np.float32) -> bool:
    """Whether XNNPACK takes a conversion by these ratios of scales."""
    low, high = CONVERSION_RATIOS
    return takes_types(node) and all(low <= abs(ratio) <= high for ratio in ratios)


def sum_multipliers(x_ratio: np.float32, y_ratio: np.float32) -> tuple[int, int, int]:
    """The ratios in one fixed point, and how many bits are after the point."""
    _, exponent = np.frexp(max(abs(x_ratio), abs(y_ratio)))
    shift = int(MULTIPLIER_BITS + 1 - exponent)
    first, second = (int(np.rint(np.ldexp(ratio, shift))) for ratio in (x_ratio, y_ratio))
    return first, second, shift


def total(x: Array, y: Array, x_ratio: np.float32, y_ratio: np.float32) -> Array:
    """x * x_ratio + y * y_ratio, the ratios in one fixed point, halves rounded up."""
    first, second, shift = sum_multipliers(x_ratio, y_ratio)
    rounded: Array = (x * first + y * second + (1 << shift - 1)) >> shift
    return rounded


def conversion_multiplier(ratio: np.float32) -> int:
    """The ratio of two scales in fixed point."""
    return int(np.rint(ratio * f32(1 << CONVERSION_BITS)))


def convert(x: Array, multiplier: int | Array) -> Array:
    """x times a conversion multiplier, halves rounded up."""
    return np.asarray(x * multiplier + (1 << CONVERSION_BITS - 1), np.int64) >> CONVERSION_BITS


def activation_bounds(out: PerTensor, code: int) -> tuple[int, int]:
    """The integers to which a fused activation clamps: XNNPACK adds the zero point before it
    rounds, halves to even (``xnn_qs8_quantize``). Raises ModelError if it is no clamp."""
    least, most = out.limits

    def nearest(real: float) -> int:
        return int(np.clip(np.rint(f32(real) / out.scale + f32(out.zero_point)), least, most))

    low, high = code_bounds(code)
    return nearest(low), nearest(high)

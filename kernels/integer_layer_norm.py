"""Layer normalization of int16, as integer LSTMs of TFLite compute it.

Source: ``PortableApplyLayerNorm`` of tflite/kernels/internal/reference/portable_tensor_utils.cc,
``GetInvSqrtQuantizedMultiplierExp`` of tflite/kernels/internal/quantization_util.h.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kernels.fixed_point import INT32, count_leading_zeros
from kernels.node import Array
from kernels.requantization import Multiplier, multiply_by_quantized_multiplier, saturate

FRACTION_BITS = 10
"""Of means, and of what is normalized."""
ONE = 1 << FRACTION_BITS
SQUARE_ONE = ONE * ONE
OUTPUT_BITS = 12
"""Of the fraction in the result."""
VARIANCE_GUARD = 10_000
"""Times the scale of the norm: what stands for a variance below 1."""

NEWTON_BITS, NEWTON_STEPS = 3, 5
"""Integer bits and steps of the iteration for the root."""
HALF_ROOT_OF_2 = 1518500250
SHIFT_OF_ONE = 11
LARGEST_INPUT_BITS = 29

Normalize = Callable[[Array, Array, Array], Array]


def integer_layer_norm(scale: np.float32) -> Normalize:
    """From rows (B, n) int16, a norm (n,) int16 of this scale and a bias (n,) int32 to rows of
    mean 0 and variance 1, times norm plus bias: int16 with OUTPUT_BITS."""
    guard = max(1, int(np.float32(VARIANCE_GUARD) * scale))
    given = Multiplier.of(scale)
    to_output = Multiplier(given.value, given.shift + OUTPUT_BITS)

    def normalize(rows: Array, norm: Array, bias: Array) -> Array:
        standard = np.stack([_standardized(row.astype(np.int64), guard) for row in rows])
        weighted = (standard * norm + bias).astype(np.int32).astype(np.int64)
        rounded = np.sign(weighted) * ((np.abs(weighted) + ONE // 2) // ONE)
        return saturate(multiply_by_quantized_multiplier(rounded, to_output), np.int16)

    return normalize


def _standardized(row: Array, guard: int) -> Array:
    """The row with mean 0 and variance 1, with FRACTION_BITS."""
    total, squares = int(row.sum()), int((row * row).sum())
    mean = _quotient(total * ONE, len(row))
    variance = _quotient(squares * (SQUARE_ONE // len(row)) - mean * mean, SQUARE_ONE)
    inverse = inverse_square_root(variance if variance >= 1 else guard)
    return multiply_by_quantized_multiplier(ONE * row - mean, inverse)


def _quotient(a: int, b: int) -> int:
    """Rounded towards zero, as in C."""
    return abs(a) // b if a >= 0 else -(abs(a) // b)


def inverse_square_root(x: int) -> Multiplier:
    """1 / sqrt(x) of a positive int32. Equals ``GetInvSqrtQuantizedMultiplierExp``."""
    if x <= 1:
        return Multiplier(np.asarray(INT32.one), np.asarray(0))
    shift = SHIFT_OF_ONE
    while x >= 1 << LARGEST_INPUT_BITS:
        x, shift = x // 4, shift + 1
    pairs = (int(count_leading_zeros(np.asarray(x))) - 1) // 2 - 1
    shift -= pairs
    half = np.asarray((x << 2 * pairs) >> 1, np.int64)
    # Halved once more, by a rounding shift, as the fixed-point library does it.
    half_input = (half + 1) >> 1
    three_halves, root = np.asarray(3 << 27), np.asarray(1 << INT32.bits - NEWTON_BITS)
    for _ in range(NEWTON_STEPS):
        cube = INT32.left_shift(INT32.times(INT32.times(root, root), root), 2 * NEWTON_BITS)
        step = INT32.times(three_halves, root) - INT32.times(half_input, cube)
        root = INT32.left_shift(step, NEWTON_BITS)
    value = INT32.times(root, HALF_ROOT_OF_2)
    if shift < 0:
        return Multiplier(np.asarray(value << -shift), np.asarray(0))
    return Multiplier(value, np.asarray(-shift))

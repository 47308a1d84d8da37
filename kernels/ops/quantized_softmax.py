"""SOFTMAX and LOG_SOFTMAX of quantized tensors over the last axis.

Source: ``tflite/kernels/activations.cc``, ``internal/reference/softmax.h`` and
``internal/optimized/optimized_ops.h`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kernels.fixed_point import INT16, INT32, count_leading_zeros, input_radius, reciprocal
from kernels.float_functions import reference_exp
from kernels.float_sum import sum_in_order
from kernels.lookup_table import int16_table, look_up_int16
from kernels.node import REFERENCE, Array, Node, Run
from kernels.per_tensor import PerTensor, per_tensor_operands
from kernels.requantization import (
    Multiplier,
    multiply_by_quantized_multiplier,
    rounding_divide_by_pot,
)

f32 = np.float32

Compute = Callable[[Array], Array]
"""From integers below the largest of their row, to steps of the output above its lowest code."""

INTEGER_BITS = 5
"""Of differences in fixed point."""
SUM_BITS = 12
"""Integer bits of the sum of exponentials."""
CODES = 256
TABLE_REACH = 10.0
"""The exponential of int16 is tabulated from -10 to 0."""


def softmax(node: Node) -> Run:
    """exp(beta * x) / sum(exp(beta * x)): in fixed point by TFLite's reference, by default of
    bytes in float32 and of int16 by tables."""
    given, out = per_tensor_operands(node)
    beta = float(f32(node.options.beta))
    if given.dtype == np.int16:
        compute = _tabulated(given, beta)
    elif node.numerics == REFERENCE:
        compute = _fixed(given, out, beta)
    else:
        compute = _floating(given, out, beta)

    def run(x: Array) -> tuple[Array, ...]:
        steps = x.astype(np.int64)
        below = steps - np.max(steps, axis=-1, keepdims=True, initial=out.limits[0])
        return (out.stored(compute(below)),)

    return run


def _fixed(given: PerTensor, out: PerTensor, beta: float) -> Compute:
    real = beta * float(given.scale) * 2.0 ** (INT32.bits - INTEGER_BITS)
    multiplier = Multiplier.of(min(real, float(INT32.one)))
    least = -input_radius(INTEGER_BITS, int(multiplier.shift))
    out_bits = out.dtype.itemsize * 8

    def compute(below: Array) -> Array:
        inside = below >= least
        scaled = multiply_by_quantized_multiplier(np.maximum(below, least), multiplier)
        powers = np.where(inside, INT32.exp_on_negative_values(scaled, INTEGER_BITS), 0)
        sums = np.sum(rounding_divide_by_pot(powers, SUM_BITS), axis=-1, keepdims=True)
        inverse, shift = reciprocal(sums, SUM_BITS)
        quotient = INT32.times(powers, inverse)
        return rounding_divide_by_pot(quotient, shift + INT32.bits - out_bits)

    return compute


def _floating(given: PerTensor, out: PerTensor, beta: float) -> Compute:
    table = reference_exp(-given.scale * f32(beta) * np.arange(CODES, dtype=np.float32))

    def compute(below: Array) -> Array:
        powers = np.take(table, -below)
        sums = sum_in_order(powers, [below.ndim - 1])[..., np.newaxis]
        rounded: Array = np.floor(powers * (f32(1) / (sums * out.scale)) + f32(0.5))
        return rounded.astype(np.int64)

    return compute


def _tabulated(given: PerTensor, beta: float) -> Compute:
    """Results are 0 to 32767 steps of 1/32768."""
    exponentials = int16_table(np.exp, (-TABLE_REACH, 0), (-1, 1), np.float64)
    inverses = int16_table(lambda x: 1 / (1 + x), (0, 1), (-1, 1), np.float64)
    steps_per_unit = ((1 << 16) - 1) / TABLE_REACH
    multiplier = Multiplier.of(float(given.scale) * beta * steps_per_unit)

    def compute(below: Array) -> Array:
        scaled = multiply_by_quantized_multiplier(below, multiplier) + INT16.one
        powers = look_up_int16(exponentials, np.maximum(scaled, -1 - INT16.one))
        sums = np.sum(powers, axis=-1, keepdims=True)
        headroom = count_leading_zeros(sums)
        fraction = ((sums << headroom - 1) + (1 << 13)) >> 14
        place = np.clip(fraction - (1 << 15) - (1 << 16), -1 - INT16.one, INT16.one)
        shift = INT32.bits - headroom
        product = powers * look_up_int16(inverses, place)
        quotient: Array = (product + (np.int64(1) << shift - 1)) >> shift
        return np.clip(quotient, 0, INT16.one)

    return compute

"""LOG_SOFTMAX of quantized bytes over the last axis: results are steps of 1/16 below 0.

Source: ``tflite/kernels/activations.cc`` and ``internal/reference/integer_ops/log_softmax.h``,
``internal/optimized/optimized_ops.h`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kernels.element_types import BYTES
from kernels.fixed_log import log_from_one_up
from kernels.fixed_point import INT32, input_radius
from kernels.float_functions import reference_exp, reference_log
from kernels.float_sum import sum_in_order
from kernels.node import REFERENCE, Array, Node, Run
from kernels.ops.quantized_softmax import CODES, INTEGER_BITS, SUM_BITS
from kernels.per_tensor import PerTensor, per_tensor_operands
from kernels.requantization import (
    Multiplier,
    multiply_by_quantized_multiplier,
    rounding_divide_by_pot,
)

OUTPUT_BITS = 4
"""Integer bits of the results."""


def log_softmax(node: Node) -> Run:
    """x - log(sum(exp(x))): in fixed point by TFLite's reference, by default in float32."""
    given, out = per_tensor_operands(node, BYTES)
    compute = (_fixed if node.numerics == REFERENCE else _floating)(given, out)

    def run(x: Array) -> tuple[Array, ...]:
        steps = x.astype(np.int64)
        largest = np.max(steps, axis=-1, keepdims=True, initial=given.limits[0])
        return (out.stored(compute(steps, largest)),)

    return run


Compute = Callable[[Array, Array], Array]
"""From integers and the largest of their row to steps of the output's scale."""


def _fixed(given: PerTensor, out: PerTensor) -> Compute:
    real = float(given.scale) * 2.0 ** (INT32.bits - INTEGER_BITS)
    multiplier = Multiplier.of(min(real, float(INT32.one)))
    shift = int(multiplier.shift)
    reverse = Multiplier.of(2.0 ** (INT32.bits - shift) / float(multiplier.value))
    least = -input_radius(INTEGER_BITS, shift)

    def compute(steps: Array, largest: Array) -> Array:
        below = steps - largest
        scaled = multiply_by_quantized_multiplier(np.maximum(below, least), multiplier)
        powers = INT32.exp_on_negative_values(scaled, INTEGER_BITS)
        parts = np.where(below >= least, rounding_divide_by_pot(powers, SUM_BITS), 0)
        logs = log_from_one_up(np.sum(parts, axis=-1, keepdims=True), SUM_BITS, INTEGER_BITS)
        first = multiply_by_quantized_multiplier(logs - (1 << INT32.bits), reverse)
        inside = below > np.maximum(least - 1, first)
        result = rounding_divide_by_pot(scaled - logs, INT32.bits - INTEGER_BITS - OUTPUT_BITS)
        return np.where(inside, result, -CODES)

    return compute


def _floating(given: PerTensor, out: PerTensor) -> Compute:
    table = reference_exp(-given.scale * np.arange(CODES, dtype=np.float32))

    def compute(steps: Array, largest: Array) -> Array:
        powers = np.take(table, largest - steps)
        sums = sum_in_order(powers, [steps.ndim - 1])[..., np.newaxis]
        offset = given.scale * largest.astype(np.float32) + reference_log(sums)
        logs = given.scale * steps.astype(np.float32) - offset
        codes = np.rint(logs * (np.float32(1) / out.scale) + np.float32(out.zero_point))
        return np.asarray(codes.astype(np.int64) - out.zero_point)

    return compute

"""Reductions of quantized tensors over axes: MEAN, SUM, REDUCE_PROD.

Source: ``tflite/kernels/internal/reference/reduce.h`` of google-ai-edge/LiteRT,
``src/qs8-rsum`` of google/XNNPACK.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import numpy as np

from kernels import xnnpack_integers
from kernels.axes import resolve_axes
from kernels.lookup_table import round_half_away
from kernels.node import REFERENCE, Array, Node, Prepare, Run
from kernels.per_tensor import PerTensor
from kernels.requantization import (
    FRACTION_BITS,
    Multiplier,
    multiply_by_quantized_multiplier,
    multiply_wide_by_quantized_multiplier,
)

f32 = np.float32

Scale = Callable[[Array, int], Array]
"""From sums of so many integers to steps of the output's scale."""

COUNT_BITS = 32


def _reduction(choose: Callable[[Node, PerTensor, PerTensor], Scale]) -> Prepare:
    def prepare(node: Node) -> Run:
        given, out = PerTensor.of(node.operand(0).tensor), PerTensor.of(node.outputs[0].tensor)
        scale = choose(node, given, out)
        keep_dims = bool(node.options.keep_dims)

        def run(x: Array, axes: Array) -> tuple[Array, ...]:
            resolved = resolve_axes(axes, x.ndim)
            sums = np.sum(x, axis=resolved, dtype=np.int64, keepdims=keep_dims)
            count = prod(x.shape[axis] for axis in resolved)
            return (out.stored(scale(np.asarray(sums), count) if count else np.asarray(sums)),)

        return run

    return prepare


def _taken(node: Node) -> bool:
    return xnnpack_integers.takes_types(node) and node.operand(1).constant is not None


def xnnpack_scaling(node: Node, count: int, is_mean: bool) -> tuple[np.float32, np.float32] | None:
    """What sums of ``count`` integers are multiplied by, and what is added, in XNNPACK's MEAN or
    SUM: both zero points are in it. None if it does not take the node.

    Raises UnsupportedOperatorError as ``PerTensor.of``.
    """
    given, out = PerTensor.of(node.operand(0).tensor), PerTensor.of(node.outputs[0].tensor)
    if not _taken(node):
        return None
    ratio = given.scale / out.scale
    return _xnnpack_scaling(count, ratio / f32(count) if is_mean else ratio, given, out)


def _choose_mean(node: Node, given: PerTensor, out: PerTensor) -> Scale:
    ratio = given.scale / out.scale
    if _taken(node):
        return lambda sums, count: _xnnpack_scaled(sums, count, ratio / f32(count), given, out)
    multiplier = Multiplier.of(float(given.scale) / float(out.scale))

    def mean(sums: Array, count: int) -> Array:
        centred = sums - count * given.zero_point
        return multiply_by_quantized_multiplier(centred, _divided(multiplier, count))

    return mean


def _xnnpack_scaled(
    sums: Array, count: int, ratio: np.float32, given: PerTensor, out: PerTensor
) -> Array:
    """Both zero points are added before rounding, halves to even."""
    scale, bias = _xnnpack_scaling(count, ratio, given, out)
    codes = np.rint(sums.astype(np.float32) * scale + bias)
    return np.asarray(codes.astype(np.int64) - out.zero_point)


def _xnnpack_scaling(
    count: int, ratio: np.float32, given: PerTensor, out: PerTensor
) -> tuple[np.float32, np.float32]:
    return ratio, f32(out.zero_point) - f32(count * given.zero_point) * ratio


def _divided(multiplier: Multiplier, count: int) -> Multiplier:
    """The multiplier divided by a count, shifted first so that it keeps its bits."""
    shift = int(multiplier.shift)
    left = min(count.bit_length() - 1, COUNT_BITS, FRACTION_BITS + shift)
    value = (int(multiplier.value) << left) // count
    return Multiplier(np.asarray(value), np.asarray(shift - left))


def _choose_sum(node: Node, given: PerTensor, out: PerTensor) -> Scale:
    """LiteRT's reference kernel for int8 and int16 reads its sums as if they were of another
    type; here all types go as its uint8."""
    ratio = given.scale / out.scale
    if _taken(node):
        return lambda sums, count: _xnnpack_scaled(sums, count, ratio, given, out)
    if node.numerics != REFERENCE:
        return lambda sums, count: _float_scaled(sums, count, ratio, given)
    multiplier = Multiplier.of(float(given.scale) / float(out.scale))
    return lambda sums, count: multiply_by_quantized_multiplier(
        sums - count * given.zero_point, multiplier
    )


def _float_scaled(sums: Array, count: int, ratio: np.float32, given: PerTensor) -> Array:
    """As TFLite's optimized kernel."""
    bias = f32(-given.zero_point) * ratio * f32(count)
    return round_half_away(sums.astype(np.float32) * ratio + bias).astype(np.int64)


def product(node: Node) -> Run:
    """The product, in the order of memory; every factor is scaled, so that none overflows."""
    given, out = PerTensor.of(node.operand(0).tensor), PerTensor.of(node.outputs[0].tensor)
    keep_dims = bool(node.options.keep_dims)

    def run(x: Array, axes: Array) -> tuple[Array, ...]:
        resolved = resolve_axes(axes, x.ndim)
        count = prod(x.shape[axis] for axis in resolved)
        root = float(out.scale) ** (1 / count) if count else 1.0
        multiplier = Multiplier.of(float(given.scale) / root)
        first = np.moveaxis(given.centred(x), resolved, range(len(resolved)))
        factors = first.reshape(count, *first.shape[len(resolved) :])
        steps = multiply_wide_by_quantized_multiplier(
            _running_product(factors, multiplier), multiplier
        )
        return (out.stored(np.expand_dims(steps, resolved) if keep_dims else steps),)

    return run


def _running_product(factors: Array, multiplier: Multiplier) -> Array:
    """Of the first axis; of nothing 0."""
    total: Array = factors[0] if len(factors) else np.zeros(factors.shape[1:], np.int64)
    for factor in factors[1:]:
        total = multiply_wide_by_quantized_multiplier(total * factor, multiplier)
    return total


mean = _reduction(_choose_mean)
total = _reduction(_choose_sum)

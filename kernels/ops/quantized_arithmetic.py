"""Arithmetic of two quantized tensors that broadcast: ADD, SUB, MUL, DIV, SQUARED_DIFFERENCE.

Source: ``tflite/kernels/{add,sub,mul,div,squared_difference}.cc`` of google-ai-edge/LiteRT; for
ADD, SUB and MUL of bytes also ``kernels.xnnpack_integers``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kernels import xnnpack_integers
from kernels.activation import NONE
from kernels.divisor import require_divisor
from kernels.element_types import BYTES, QUANTIZED
from kernels.fixed_point import INT32, count_leading_sign_bits, reciprocal
from kernels.node import REFERENCE, Array, Node, Prepare, Run
from kernels.per_tensor import PerTensor, per_tensor_operands
from kernels.requantization import (
    FRACTION_BITS,
    VECTOR_ELEMENTS,
    Multiplier,
    in_whole_vectors,
    multiply_by_quantized_multiplier,
    requantize_fp32,
    rounding_divide_by_pot,
    saturating_rounding_doubling_high_mul,
)

Compute = Callable[[Array, Array], Array]
"""From integers without their zero points to steps of the output's scale."""

SUM_HEADROOM_BITS = {1: 20, 2: 15}
"""By bytes of an integer: how far TFLite shifts operands to the left before it scales them."""
DIFFERENCE_HEADROOM_BITS = 7


def _binary(
    choose: Callable[[Node, PerTensor, PerTensor, PerTensor], Compute],
    types: tuple[str, ...] = QUANTIZED,
    takes: Callable[[Node, PerTensor, PerTensor, PerTensor], bool] | None = None,
) -> Prepare:
    """``takes``: whether XNNPACK takes the node, which rounds an activation's bounds its way."""

    def prepare(node: Node) -> Run:
        left, right, out = per_tensor_operands(node, types)
        compute = choose(node, left, right, out)
        code = getattr(node.options, "fused_activation_function", NONE)
        bounds = out.activation_bounds(code)
        if takes is not None and takes(node, left, right, out):
            bounds = xnnpack_integers.activation_bounds(out, code)

        def run(x: Array, y: Array) -> tuple[Array, ...]:
            node.limits.check_broadcast(x, y)
            return (out.stored(compute(left.centred(x), right.centred(y)), bounds),)

        return run

    return prepare


def _choose_sum(sign: int) -> Callable[[Node, PerTensor, PerTensor, PerTensor], Compute]:
    def choose(node: Node, left: PerTensor, right: PerTensor, out: PerTensor) -> Compute:
        if xnnpack_integers.takes_sum(node, left, right, out):
            ratios = left.scale / out.scale, sign * (right.scale / out.scale)
            return lambda x, y: xnnpack_integers.total(x, y, *ratios)
        if out.dtype == np.int16 and node.options.pot_scale_int16:
            shifts = _power_of_two_shifts(left, right, out)
            if shifts is not None:
                return _shifted_sum(sign, shifts)
        if out.dtype == np.int16 and sign > 0 and node.numerics != REFERENCE:
            return _vector_sum(left, right, out)
        return _scaled_sum(sign, left, right, out)

    return choose


@dataclass(frozen=True)
class _CommonScale:
    """Brings two operands to twice the larger of their scales, and what they make to the
    output's."""

    left: Multiplier
    right: Multiplier
    out: Multiplier
    headroom: int

    @classmethod
    def of(
        cls, left: PerTensor, right: PerTensor, out: PerTensor, headroom: int, squared: bool = False
    ) -> _CommonScale:
        common = 2.0 * float(max(left.scale, right.scale))
        to_out = (common**2 if squared else common) / float(out.scale)
        return cls(
            Multiplier.of(float(left.scale) / common),
            Multiplier.of(float(right.scale) / common),
            Multiplier.of(to_out / 2.0 ** (headroom * (2 if squared else 1))),
            headroom,
        )

    def of_left(self, x: Array) -> Array:
        return multiply_by_quantized_multiplier(x << self.headroom, self.left)

    def of_right(self, y: Array) -> Array:
        return multiply_by_quantized_multiplier(y << self.headroom, self.right)

    def to_out(self, value: Array) -> Array:
        return multiply_by_quantized_multiplier(value, self.out)


def _scaled_sum(sign: int, left: PerTensor, right: PerTensor, out: PerTensor) -> Compute:
    scale = _CommonScale.of(left, right, out, SUM_HEADROOM_BITS[out.dtype.itemsize])
    return lambda x, y: scale.to_out(scale.of_left(x) + sign * scale.of_right(y))


def _vector_sum(left: PerTensor, right: PerTensor, out: PerTensor) -> Compute:
    """The optimized ADD of int16: operands of one shape are scaled in vectors. Measured."""
    scale = _CommonScale.of(left, right, out, SUM_HEADROOM_BITS[out.dtype.itemsize])

    def total(x: Array, y: Array) -> Array:
        plain = scale.of_left(x) + scale.of_right(y)
        if not _is_one_shape(x, y):
            return scale.to_out(plain)
        whole = in_whole_vectors(plain.size, VECTOR_ELEMENTS).reshape(plain.shape)
        once = _rounded_once(x << scale.headroom, scale.left)
        once = once + _rounded_once(y << scale.headroom, scale.right)
        return scale.to_out(np.where(whole, once, plain))

    return total


def _is_one_shape(x: Array, y: Array) -> bool:
    """But for dimensions of 1 in front."""
    rank = max(x.ndim, y.ndim)
    shapes = [(1,) * (rank - each.ndim) + each.shape for each in (x, y)]
    return shapes[0] == shapes[1]


def _rounded_once(x: Array, multiplier: Multiplier) -> Array:
    """The product with a multiplier of at most 1, halves up."""
    total = FRACTION_BITS - multiplier.shift
    rounded: Array = (x * multiplier.value + (np.int64(1) << total - 1)) >> total
    return rounded


def _power_of_two_shifts(*tensors: PerTensor) -> tuple[int, int] | None:
    """How far each operand's scale is below the output's, in powers of two, if all are such."""
    exponents = [_power_of_two(tensor.scale) for tensor in tensors]
    if None in exponents:
        return None
    left, right, out = (exponent or 0 for exponent in exponents)
    return out - left, out - right


def _power_of_two(scale: np.float32) -> int | None:
    fraction, exponent = np.frexp(scale)
    return int(exponent) - 1 if fraction == 0.5 else None


def _shifted_sum(sign: int, shifts: tuple[int, int]) -> Compute:
    first, second = shifts
    return lambda x, y: rounding_divide_by_pot(x, first) + sign * rounding_divide_by_pot(y, second)


def _choose_product(node: Node, left: PerTensor, right: PerTensor, out: PerTensor) -> Compute:
    ratio = left.scale * right.scale / out.scale
    if xnnpack_integers.takes_product(node, left, right, out):
        return lambda x, y: requantize_fp32(x * y, ratio)
    multiplier = Multiplier.of(ratio)
    return lambda x, y: multiply_by_quantized_multiplier(x * y, multiplier)


def _choose_squared_difference(
    node: Node, left: PerTensor, right: PerTensor, out: PerTensor
) -> Compute:
    scale = _CommonScale.of(left, right, out, DIFFERENCE_HEADROOM_BITS, squared=True)
    return lambda x, y: scale.to_out((scale.of_left(x) - scale.of_right(y)) ** 2)


def _choose_quotient(node: Node, left: PerTensor, right: PerTensor, out: PerTensor) -> Compute:
    ratio = Multiplier.of(left.scale / (right.scale * out.scale))

    def quotient(x: Array, y: Array) -> Array:
        """Of integers by a reciprocal in fixed point; both are made to fill 31 bits."""
        require_divisor(y)
        dividend = np.where(y < 0, -x, x)
        inverse, inverse_shift = reciprocal(np.abs(y), INT32.bits)
        headroom = count_leading_sign_bits(dividend)
        whole = saturating_rounding_doubling_high_mul(dividend << headroom, inverse)
        shift = ratio.shift - inverse_shift - headroom
        return multiply_by_quantized_multiplier(whole, Multiplier(ratio.value, shift))

    return quotient


add = _binary(_choose_sum(1), takes=xnnpack_integers.takes_sum)
sub = _binary(_choose_sum(-1), takes=xnnpack_integers.takes_sum)
mul = _binary(_choose_product, takes=xnnpack_integers.takes_product)
div = _binary(_choose_quotient)
squared_difference = _binary(_choose_squared_difference, BYTES)

"""Activation functions of quantized tensors as operators: RELU and its kin, PRELU, LEAKY_RELU,
ELU, GELU, HARD_SWISH, LOGISTIC, TANH.

Source: ``tflite/kernels/activations.cc`` and ``internal/reference/{prelu,leaky_relu}.h`` of
google-ai-edge/LiteRT; for bytes by default also ``kernels.xnnpack_integers`` and XNNPACK's
tables.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kernels import xnnpack_integers
from kernels.element_types import BYTES
from kernels.fixed_point import INT16, INT32
from kernels.float_functions import reference_exp, reference_tanh
from kernels.gelu import table_erfc_gelu, table_tanh_gelu
from kernels.lookup_table import Function, tabulated
from kernels.node import REFERENCE, Array, Node, Prepare, Run
from kernels.per_tensor import PerTensor, per_tensor_operands
from kernels.quantized_sigmoids import (
    Compute,
    fixed_logistic,
    fixed_tanh,
    wide_logistic,
    wide_tanh,
)
from kernels.requantization import (
    Multiplier,
    multiply_by_quantized_multiplier,
    rounding_divide_by_pot,
)

f32 = np.float32

FINE_BITS = 7
"""By which HARD_SWISH refines the scale of x."""
GATE_SCALE = f32(3 / 32768)
"""Of an int16 that holds -3 to 3."""
LOGISTIC_REACH = f32(100)
"""Beyond it the logistic function is 0 or 1 in any float."""


def _clamp(low: float, high: float) -> Prepare:
    """RELU and its kin: requantized, then clamped."""

    def prepare(node: Node) -> Run:
        given, out = per_tensor_operands(node)
        multiplier = Multiplier.of(given.scale / out.scale)
        bounds = out.bounds(low, high)

        def run(x: Array) -> tuple[Array, ...]:
            steps = multiply_by_quantized_multiplier(given.centred(x), multiplier)
            return (out.stored(steps, bounds),)

        return run

    return prepare


relu = _clamp(0, np.inf)
relu6 = _clamp(0, 6)
relu_n1_to_1 = _clamp(-1, 1)
relu_0_to_1 = _clamp(0, 1)


def leaky_relu(node: Node) -> Run:
    """x, times ``alpha`` where it is negative."""
    given, out = per_tensor_operands(node)
    identity = given.scale / out.scale
    slope = given.scale * f32(node.options.alpha) / out.scale
    if xnnpack_integers.takes_conversion(node, identity, identity * f32(node.options.alpha)):
        scaled = _xnnpack_scaled(identity, identity * f32(node.options.alpha))
    else:
        scaled = _scaled(Multiplier.of(identity), Multiplier.of(slope))

    def run(x: Array) -> tuple[Array, ...]:
        return (out.stored(scaled(given.centred(x))),)

    return run


def _scaled(identity: Multiplier, slope: Multiplier) -> Callable[[Array], Array]:
    def compute(x: Array) -> Array:
        positive = multiply_by_quantized_multiplier(x, identity)
        return np.where(x >= 0, positive, multiply_by_quantized_multiplier(x, slope))

    return compute


def _xnnpack_scaled(identity: np.float32, slope: np.float32) -> Callable[[Array], Array]:
    positive, negative = map(xnnpack_integers.conversion_multiplier, (identity, slope))
    return lambda x: xnnpack_integers.convert(x, np.where(x >= 0, positive, negative))


def prelu(node: Node) -> Run:
    """x, times ``alpha`` where it is negative; alpha is the second input and broadcasts.

    With x of int16 alpha is int8; LiteRT reads an int16 one as if it were.
    """
    tensors = (node.operand(0).tensor, node.operand(1).tensor, node.outputs[0].tensor)
    given, factor, out = map(PerTensor.of, tensors)
    identity = Multiplier.of(given.scale / out.scale)
    product = Multiplier.of(given.scale * factor.scale / out.scale)

    def run(x: Array, alpha: Array) -> tuple[Array, ...]:
        node.limits.check_broadcast(x, alpha)
        centred = given.centred(x)
        positive = multiply_by_quantized_multiplier(centred, identity)
        negative = multiply_by_quantized_multiplier(centred * factor.centred(alpha), product)
        return (out.stored(np.where(centred >= 0, positive, negative)),)

    return run


def hard_swish(node: Node) -> Run:
    """x * relu6(x + 3) / 6, in int16 fixed point."""
    given, out = per_tensor_operands(node, BYTES)
    fine = f32(given.scale * f32(2.0**-FINE_BITS))
    gate = _short(Multiplier.of(fine / GATE_SCALE))
    to_out = _short(Multiplier.of(fine / out.scale))

    def run(x: Array) -> tuple[Array, ...]:
        value = given.centred(x) << FINE_BITS
        scaled = INT16.times(value, to_out.value)
        halved = (_gate(value, gate) + (1 << INT16.bits)) >> 1
        product = _truncated(halved * scaled)
        return (out.stored(rounding_divide_by_pot(product, -to_out.shift)),)

    return run


def _short(multiplier: Multiplier) -> Multiplier:
    """With a value of 15 bits."""
    dropped = INT32.bits - INT16.bits
    value = np.minimum((multiplier.value + (1 << dropped - 1)) >> dropped, INT16.one)
    return Multiplier(value, multiplier.shift)


def _gate(value: Array, multiplier: Multiplier) -> Array:
    """value times the multiplier, saturated to int16: -1 to 1 for x from -3 to 3."""
    left = int(multiplier.shift)
    if left > 0:
        product = INT16.times(INT16.left_shift(value, left - 1), multiplier.value)
        return INT16.left_shift(product, 1)
    return rounding_divide_by_pot(INT16.times(value, multiplier.value), -left)


def _truncated(product: Array) -> Array:
    """A product of int16 numbers without integer bits, its fraction dropped."""
    magnitude: Array = np.minimum(np.abs(product) >> INT16.bits, INT16.one)
    return np.where(product < 0, -magnitude, magnitude)


def _tabulated(function: Function, xnnpack_function: Function | None = None) -> Prepare:
    """A function from a table; ``xnnpack_function`` where XNNPACK takes the operator."""

    def prepare(node: Node) -> Run:
        given, out = per_tensor_operands(node)
        taken = xnnpack_function is not None and xnnpack_integers.takes_types(node)
        look_up = tabulated(
            xnnpack_function if taken and xnnpack_function else function, given, out, taken
        )

        def run(x: Array) -> tuple[Array, ...]:
            return (look_up(x),)

        return run

    return prepare


def _sigmoid(
    function: Function,
    xnnpack_function: Function,
    fixed: Callable[[PerTensor], Compute],
    wide: Callable[[PerTensor, str], Compute],
) -> Prepare:
    """LOGISTIC or TANH: in fixed point if it is the reference's or of int16, else a table."""
    from_table = _tabulated(function, xnnpack_function)

    def prepare(node: Node) -> Run:
        given, out = per_tensor_operands(node)
        if given.dtype == np.int16:
            compute = wide(given, node.numerics)
        elif node.numerics == REFERENCE:
            compute = fixed(given)
        else:
            return from_table(node)

        def run(x: Array) -> tuple[Array, ...]:
            return (out.stored(compute(given.centred(x))),)

        return run

    return prepare


def _logistic(x: Array) -> Array:
    result: Array = f32(1) / (f32(1) + reference_exp(-x))
    return result


def _xnnpack_logistic(x: Array) -> Array:
    """1 / (1 + exp(-x)) in float64."""
    power = np.exp(np.clip(x, -LOGISTIC_REACH, LOGISTIC_REACH).astype(np.float64))
    return np.asarray(power / (1 + power), np.float32)


def _elu(x: Array) -> Array:
    return np.where(x < 0, np.expm1(x), x)


elu = _tabulated(_elu, _elu)
logistic = _sigmoid(_logistic, _xnnpack_logistic, fixed_logistic, wide_logistic)
tanh = _sigmoid(reference_tanh, reference_tanh, fixed_tanh, wide_tanh)


def gelu(node: Node) -> Run:
    """x times the normal distribution's cumulative probability, or its tanh approximation."""
    return _tabulated(table_tanh_gelu if node.options.approximate else table_erfc_gelu)(node)

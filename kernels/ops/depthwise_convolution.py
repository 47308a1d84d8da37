"""DEPTHWISE_CONV_2D: float, hybrid and full-integer, dilated, with any depth multiplier.

x: (N, H, W, C); filter: (1, KH, KW, C * multiplier); bias: (O,) or absent;
output: (N, OH, OW, O) with O = C * multiplier, the multiplier varying fastest.

XNNPACK has no hybrid depthwise convolution: both numerics are TFLite's, which differ in the
order in which the scales are multiplied. A missing bias, which crashes LiteRT, is zero here.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import numpy as np

from kernels import xnnpack
from kernels.activation import fused_clamp
from kernels.activation_quantization import asymmetric
from kernels.errors import ModelError
from kernels.full_integer import Facts, FullInteger, away, has_integer_activations, vectors
from kernels.integer_matmul import EXACT_DEPTH
from kernels.kernel import kernel
from kernels.node import REFERENCE, Array, Node, Run
from kernels.stencil import Stencil, pad, taps
from kernels.weight import is_hybrid, packed, weight_scale

INPUT, FILTER, BIAS = range(3)
"""Operand numbers."""

VECTOR_CHANNELS = 4
"""Channels that the optimized kernel scales at a time; what is left over it scales singly."""

DEPTHWISE_TAPS = 25
"""The most taps that XNNPACK has a depthwise kernel for."""

FULL_INTEGER = Facts(
    INPUT,
    FILTER,
    BIAS,
    axis=3,
    reference=away,
    optimized={"INT8": vectors, "UINT8": away, "INT16": away},
    weight_types={"INT8": ("INT8", "INT4"), "UINT8": ("UINT8",), "INT16": ("INT8",)},
)
"""How its full-integer kernels end."""

Convolve = Callable[[Array, Array, "Array | float"], Array]


def prepare(node: Node) -> Run:
    """Returns the kernel. Raises UnsupportedOperatorError for types that it does not take."""
    if has_integer_activations(node):
        return _full_integer(node)
    hybrid = is_hybrid(node, weights=(FILTER,))
    stencil = Stencil.of(node.options, node.operand(FILTER).tensor)
    activation = fused_clamp(node.options.fused_activation_function)
    filters = packed(node.operand(FILTER), _float_filter)
    convolve = (_hybrid if hybrid else _float)(node, stencil)

    def run(x: Array, weights: Array, bias: Array | None = None) -> tuple[Array, ...]:
        return (activation(convolve(x, filters(weights), 0 if bias is None else bias)),)

    return run


def _float_filter(filters: Array) -> Array:
    """filters (1, KH, KW, O) as (KH, KW, O) float32."""
    return np.ascontiguousarray(filters[0], np.float32)


def _float(node: Node, stencil: Stencil) -> Convolve:
    if xnnpack.float_numerics(node, FILTER, BIAS) == REFERENCE:
        return lambda x, filters, bias: _accumulate(x, filters, stencil) + bias
    return lambda x, filters, bias: fused(x, filters, stencil, bias)


def fused(x: Array, filters: Array, stencil: Stencil, bias: Array | float) -> Array:
    """x (N, H, W, C) by filters (KH, KW, O) as XNNPACK adds: fused, from the bias on.

    Its depthwise kernels (f32-dwconv) go through the taps column by column; what is too large
    for them, or has a multiplier, is a grouped convolution, which goes row by row.
    """
    height, width, outputs = filters.shape
    multiplier = _multiplier(x.shape[3], outputs)
    _require_size(filters, stencil)
    rows, columns = stencil.place(x)
    images = pad(x, rows, columns)
    if multiplier > 1:
        images = np.repeat(images, multiplier, axis=3)
    columns_first = multiplier == 1 and height * width <= DEPTHWISE_TAPS
    output = np.empty((len(x), rows.positions, columns.positions, outputs), np.float32)
    output[...] = bias
    kernel("sums.add_fused_taps")(
        images,
        filters,
        output,
        *images.shape[1:],
        *filters.shape[:2],
        *output.shape[1:3],
        *stencil.stride,
        *stencil.dilation,
        columns_first,
        chunks=len(x) * rows.positions,
    )
    return output


def _require_size(filters: Array, stencil: Stencil) -> None:
    """Filters that are made at run time may be others than the file says."""
    if filters.shape[:2] != stencil.size:
        raise ModelError(
            f"A filter {filters.shape} where {stencil.size} rows and columns were declared.",
            "The file may be damaged: convert the model again.",
        )


def _hybrid(node: Node, stencil: Stencil) -> Convolve:
    weight = weight_scale(node.operand(FILTER).tensor)
    dequantize = _reference if node.numerics == REFERENCE else _optimized

    def convolve(x: Array, filters: Array, bias: Array | float) -> Array:
        images = asymmetric(x.reshape(len(x), prod(x.shape[1:])))
        accumulators = _accumulate(images.values.reshape(x.shape), filters, stencil)
        scale = images.scale.reshape(-1, 1, 1, 1)
        return dequantize(accumulators, scale, weight, bias)

    return convolve


def _full_integer(node: Node) -> Run:
    activation, filters = node.options.fused_activation_function, node.operand(FILTER)
    delegated = xnnpack.takes_integers(node, INPUT, FILTER, activation, BIAS)
    arithmetic = FullInteger.of(node, FULL_INTEGER, activation, delegated)
    stencil = Stencil.of(node.options, filters.tensor)
    packed_filters = packed(filters, lambda value: arithmetic.weights(value[0]))

    def run(x: Array, weights: Array, bias: Array | None = None) -> tuple[Array, ...]:
        codes = arithmetic.activations(x)
        return (arithmetic.outputs(_accumulate(codes, packed_filters(weights), stencil), bias),)

    return run


def _reference(acc: Array, scale: Array, weight: Array, bias: Array | float) -> Array:
    """tflite/kernels/internal/reference/depthwiseconv_float.h, DepthwiseConvHybrid."""
    output: Array = acc * (weight * scale) + bias
    return output


def _optimized(acc: Array, scale: Array, weight: Array, bias: Array | float) -> Array:
    """tflite/kernels/internal/optimized/integer_ops/depthwise_conv_hybrid.h: whole vectors
    of channels take the weight's scale first, the channels left over the activation's."""
    output: Array = (acc * weight) * scale
    rest = slice(acc.shape[-1] // VECTOR_CHANNELS * VECTOR_CHANNELS, None)
    output[..., rest] = (acc[..., rest] * scale) * np.broadcast_to(weight, acc.shape[-1:])[rest]
    output += bias
    return output


def _accumulate(x: Array, filters: Array, stencil: Stencil) -> Array:
    """The convolution without bias, (N, OH, OW, O) as x, tap by tap and image by image.

    Integers are exact: beyond EXACT_DEPTH taps the sum is kept in float64.
    """
    height, width, outputs = filters.shape
    multiplier = _multiplier(x.shape[3], outputs)
    windows = taps(x, stencil)
    dtype = x.dtype if height * width <= EXACT_DEPTH else np.float64
    total = np.zeros((*windows.shape[:3], x.shape[3], multiplier), dtype)
    weights = filters.reshape(height, width, x.shape[3], multiplier)
    for image, window in zip(total, windows, strict=True):
        for tap in np.ndindex(height, width):
            image += window[:, :, *tap, :, np.newaxis] * weights[tap]
    return total.reshape(*windows.shape[:3], outputs).astype(x.dtype, copy=False)


def _multiplier(channels: int, outputs: int) -> int:
    if not channels or outputs % channels:
        raise ModelError(
            f"A depthwise filter of {outputs} channels does not fit an input of {channels}.",
            "Output channels are a multiple of the input channels; the file may be damaged.",
        )
    return outputs // channels

"""TRANSPOSE_CONV: every input pixel spreads the filter over the output.

Float, hybrid and full-integer.

output shape: (4,) int32; filter: (O, KH, KW, C); x: (N, H, W, C); bias: (O,) or absent;
output (N, OH, OW, O). Input row y and filter row i meet at output row
``y * stride + i - padding``, columns alike; what falls outside is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import numpy as np

from kernels import activation_quantization, xnnpack
from kernels.activation import fused_clamp
from kernels.element_types import require_type
from kernels.errors import ModelError
from kernels.float_matmul import fused_matmul, rounded_matmul
from kernels.full_integer import (
    Facts,
    FullInteger,
    away,
    flat_vectors,
    has_integer_activations,
    vectors,
)
from kernels.integer_matmul import exact_sums, wide_matmul
from kernels.node import Array, Node, Run
from kernels.weight import is_hybrid, packed, weight_scale
from kernels.window import SAME, place_window

OUTPUT_SHAPE, FILTER, INPUT, BIAS = range(4)
"""Operand numbers."""

FULL_INTEGER = Facts(
    INPUT,
    FILTER,
    BIAS,
    axis=0,
    reference=away,
    optimized={"INT8": vectors, "UINT8": flat_vectors, "INT16": vectors},
    weight_types={"INT8": ("INT8",), "UINT8": ("UINT8",), "INT16": ("INT8",)},
)
"""How its full-integer kernels end."""


@dataclass(frozen=True)
class Spread:
    """Where taps land: output (rows, columns), stride, padding before the first of each;
    ``consistent`` if XNNPACK agrees that such an output comes from such an input."""

    output: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]
    consistent: bool


Add = Callable[[Array, Array], Array]
"""From the values where a tap lands, (N, H, W, O), and the tap, (C, O), to the new values."""
Convolve = Callable[[Array, Array, Spread, "Array | float"], Array]


def prepare(node: Node) -> Run:
    """Returns the kernel. Raises UnsupportedOperatorError for types that it does not take."""
    require_type(node, ("INT32",), OUTPUT_SHAPE)
    if has_integer_activations(node, INPUT):
        return _full_integer(node)
    hybrid = is_hybrid(node, weights=(FILTER,), activation=INPUT)
    activation = fused_clamp(node.options.fused_activation_function)
    matrices = packed(node.operand(FILTER), lambda value: _tap_matrices(value.astype(np.float32)))
    convolve = _hybrid(node) if hybrid else _float(node)

    def run(shape: Array, weights: Array, x: Array, bias: Array | None = None) -> tuple[Array, ...]:
        taps = matrices(weights)
        spread = _place(node, shape, x, taps)
        return (activation(convolve(x, taps, spread, 0 if bias is None else bias)),)

    return run


def _tap_matrices(filters: Array) -> Array:
    """filters (O, KH, KW, C) as (KH, KW, C, O)."""
    return np.ascontiguousarray(filters.transpose(1, 2, 3, 0))


def _place(node: Node, shape: Array, x: Array, taps: Array) -> Spread:
    """Raises ModelError if shape, input and filter contradict each other."""
    *size, channels, outputs = taps.shape
    if len(shape) != x.ndim or (shape[0], shape[-1], x.shape[-1]) != (len(x), outputs, channels):
        raise ModelError(
            f"The output {tuple(shape)} cannot be made of an input {x.shape} by a filter of "
            f"{channels} input and {outputs} output channels.",
            "Batch and channels of input, filter and output shape must agree.",
        )
    stride = (node.options.stride_h, node.options.stride_w)
    same = node.options.padding == SAME
    height, width = shape[1:3].tolist()
    axes = zip((height, width), x.shape[1:3], size, stride, strict=True)
    rows, columns = (_place_axis(*axis, same) for axis in axes)
    return Spread((height, width), stride, (rows[0], columns[0]), rows[1] and columns[1])


def _place_axis(output: int, length: int, size: int, stride: int, same: bool) -> tuple[int, bool]:
    """Padding before, and whether XNNPACK takes it (xnnpack_delegate.cc,
    CalculateTransposeConvPaddings)."""
    if not same:
        return 0, size <= output
    window = place_window(output, size, stride, SAME)
    return window.before, window.positions == length and size >= stride


def _xnnpack_takes(node: Node) -> bool:
    shape_is_known = node.operand(OUTPUT_SHAPE).constant is not None
    activation = node.options.fused_activation_function
    return shape_is_known and xnnpack.takes(node, FILTER, activation, BIAS)


def _float(node: Node) -> Convolve:
    """XNNPACK starts from the bias and takes the filter forwards. TFLite's reference goes
    through the input, so for one output through the filter backwards, and adds the bias last
    (tflite/kernels/internal/reference/reference_ops.h, TransposeConv)."""
    delegated = _xnnpack_takes(node)

    def convolve(x: Array, taps: Array, spread: Spread, bias: Array | float) -> Array:
        fused = delegated and spread.consistent
        matmul = fused_matmul if fused else rounded_matmul
        pixels = _pixels(x)

        def add(target: Array, tap: Array) -> Array:
            return matmul(pixels, tap, target.reshape(len(pixels), -1)).reshape(target.shape)

        canvas = _canvas(x, taps, spread, np.float32)
        if fused:
            canvas += bias
            return _visit(canvas, x, taps, spread, add)
        return _visit(canvas, x, taps, spread, add, backwards=True) + bias

    return convolve


def _hybrid(node: Node) -> Convolve:
    """Both runtimes quantize each image; TFLite's own kernel adds up floats."""
    weight = weight_scale(node.operand(FILTER).tensor)
    delegated = _xnnpack_takes(node)

    def convolve(x: Array, taps: Array, spread: Spread, bias: Array | float) -> Array:
        images = x.reshape(len(x), prod(x.shape[1:]))
        if delegated and spread.consistent:
            rows = activation_quantization.xnnpack(images)
            sums = _sums(rows.values.reshape(x.shape), taps, spread, exact_sums)
            sums = sums.astype(np.float32)
            return xnnpack.dequantize(sums, _per_image(rows.scale), weight, bias)
        rows = activation_quantization.asymmetric(images)
        codes, scale = rows.values.reshape(x.shape), _per_image(rows.scale)
        return _float_sums(codes, taps, spread, weight, scale) + bias

    return convolve


def _full_integer(node: Node) -> Run:
    """Whether XNNPACK takes the geometry, only a run knows."""
    activation = node.options.fused_activation_function
    own = arithmetic = FullInteger.of(node, FULL_INTEGER, activation, delegated=False)
    if node.operand(INPUT).tensor.type != "INT16" and _xnnpack_takes(node):
        arithmetic = FullInteger.of(node, FULL_INTEGER, activation, delegated=True)
    matrices = packed(node.operand(FILTER), lambda value: _tap_matrices(arithmetic.weights(value)))

    def run(shape: Array, weights: Array, x: Array, bias: Array | None = None) -> tuple[Array, ...]:
        taps = matrices(weights)
        spread = _place(node, shape, x, taps)
        codes = arithmetic.activations(x)
        finish = (arithmetic if spread.consistent else own).outputs
        return (finish(_sums(codes, taps, spread, wide_matmul), bias),)

    return run


def _sums(codes: Array, taps: Array, spread: Spread, matmul: Callable[..., Array]) -> Array:
    """Sums of integers, float64, exact if the products by ``matmul`` are."""
    pixels = _pixels(codes)

    def add(target: Array, tap: Array) -> Array:
        return target + matmul(pixels, tap).reshape(target.shape)

    return _visit(_canvas(codes, taps, spread, np.float64), codes, taps, spread, add)


def _float_sums(codes: Array, taps: Array, spread: Spread, weight: Array, scale: Array) -> Array:
    """As ``HybridTransposeConv`` (reference_ops.h) adds: each product is scaled and added on
    its own, in the order of the float kernel."""

    def add(target: Array, tap: Array) -> Array:
        for channel, row in enumerate(tap):
            target = target + ((codes[..., channel, np.newaxis] * row) * weight) * scale
        return target

    canvas = _canvas(codes, taps, spread, np.float32)
    return _visit(canvas, codes, taps, spread, add, backwards=True)


def _visit(
    canvas: Array, x: Array, taps: Array, spread: Spread, add: Add, backwards: bool = False
) -> Array:
    """Adds every tap to where it lands on the canvas; returns the output (N, OH, OW, O)."""
    order = list(np.ndindex(*taps.shape[:2]))
    for tap in reversed(order) if backwards else order:
        target = _lands(canvas, x, spread, tap)
        target[...] = add(target, taps[tap])
    (top, left), (height, width) = spread.padding, spread.output
    return canvas[:, top : top + height, left : left + width]


def _pixels(x: Array) -> Array:
    """(N, H, W, C) as (N * H * W, C)."""
    return x.reshape(prod(x.shape[:3]), x.shape[3])


def _per_image(scale: Array) -> Array:
    return scale.reshape(-1, 1, 1, 1)


def _canvas(x: Array, taps: Array, spread: Spread, dtype: type[np.floating]) -> Array:
    """Zeros for the output with its padding, with room for every tap of every pixel."""
    reach = [
        max((length - 1) * stride + size, padding + output)
        for length, size, stride, padding, output in zip(
            x.shape[1:3], taps.shape[:2], spread.stride, spread.padding, spread.output, strict=True
        )
    ]
    return np.zeros((len(x), *reach, taps.shape[3]), dtype)


def _lands(canvas: Array, x: Array, spread: Spread, tap: tuple[int, ...]) -> Array:
    """The view (N, H, W, O) of the canvas to which ``tap`` adds."""
    rows, columns = (
        slice(start, start + length * stride, stride)
        for start, length, stride in zip(tap, x.shape[1:3], spread.stride, strict=True)
    )
    return canvas[:, rows, columns]

"""CONV_2D: float, hybrid and full-integer, grouped and dilated.

x: (N, H, W, C); filter: (O, KH, KW, C / groups); bias: (O,) or absent; output (N, OH, OW, O).
A convolution is the matrix product of the windows, (N * OH * OW, KH * KW * C), by the filter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod

import numpy as np

from kernels import activation_quantization, xnnpack
from kernels.activation import fused_clamp
from kernels.activation_quantization import Quantizer
from kernels.errors import ModelError
from kernels.float_matmul import Matmul, runtime_matmul
from kernels.full_integer import Facts, FullInteger, away, has_integer_activations, up
from kernels.integer_matmul import integer_matmul, wide_matmul
from kernels.node import XNNPACK, Array, Node, Run
from kernels.ops import depthwise_convolution
from kernels.stencil import Stencil, taps
from kernels.weight import is_hybrid, packed, weight_scale

INPUT, FILTER, BIAS = range(3)
"""Operand numbers."""

BLOCK_BYTES = 1 << 20
"""Windows laid out at a time: they stay in the cache, and a batch needs no more memory."""

Convolve = Callable[[Array, Array, "Array | None"], Array]


def prepare(node: Node) -> Run:
    """Returns the kernel. Raises UnsupportedOperatorError for types that it does not take."""
    if has_integer_activations(node):
        return _full_integer(node)
    hybrid = is_hybrid(node, weights=(FILTER,), integers=("INT8", "INT4"))
    filters = node.operand(FILTER)
    stencil = Stencil.of(node.options, filters.tensor)
    activation = fused_clamp(node.options.fused_activation_function)
    groups = groups_of(node)
    matrices = packed(filters, lambda value: _group_matrices(value.astype(np.float32), groups))
    convolve = (_hybrid if hybrid else _float)(node, stencil)

    def run(x: Array, weights: Array, bias: Array | None = None) -> tuple[Array, ...]:
        return (activation(convolve(x, matrices(weights), bias)),)

    return run


def _group_matrices(filters: Array, groups: int) -> Array:
    """filters (O, KH, KW, C) as (groups, KH * KW * C, O / groups)."""
    outputs = len(filters)
    matrices = filters.reshape(groups, outputs // groups, prod(filters.shape[1:]))
    return np.ascontiguousarray(matrices.swapaxes(1, 2))


def groups_of(node: Node) -> int:
    """How many groups the filter makes of the input's channels. Raises ModelError."""
    channels = node.operand(INPUT).tensor.shape[-1]
    outputs, *_, group_channels = node.operand(FILTER).tensor.shape
    groups = channels // group_channels if group_channels else 0
    if not groups or channels % group_channels or outputs % groups:
        raise ModelError(
            f"A filter of {group_channels} input and {outputs} output channels does not fit an "
            f"input of {channels} channels.",
            "A filter's input channels divide the input's, and the groups divide the outputs.",
        )
    return groups


def _float(node: Node, stencil: Stencil) -> Convolve:
    numerics = xnnpack.float_numerics(node, FILTER, BIAS)
    if numerics == XNNPACK and becomes_depthwise(node):
        return _depthwise(stencil)
    matmul = runtime_matmul(numerics)

    def convolve(x: Array, matrices: Array, bias: Array | None) -> Array:
        return _convolve(x, matrices, stencil, matmul, bias)

    return convolve


def becomes_depthwise(node: Node) -> bool:
    """Whether XNNPACK sees a depthwise convolution: each channel makes one of its own."""
    groups = groups_of(node)
    return groups == node.operand(INPUT).tensor.shape[-1] == node.operand(FILTER).tensor.shape[0]


def _depthwise(stencil: Stencil) -> Convolve:
    def convolve(x: Array, matrices: Array, bias: Array | None) -> Array:
        filters = np.ascontiguousarray(matrices.reshape(-1, *stencil.size).transpose(1, 2, 0))
        return depthwise_convolution.fused(x, filters, stencil, 0 if bias is None else bias)

    return convolve


@dataclass(frozen=True)
class _Scheme:
    """How a hybrid convolution rounds: the activation quantizer, whether a row is a pixel or
    an image, and how accumulators become floats: (acc, scale, weight scale, bias)."""

    quantize: Quantizer
    per_pixel: bool
    dequantize: Callable[[Array, Array, Array, Array | float], Array]


def _scheme(node: Node, stencil: Stencil, scale: Array) -> _Scheme:
    """What each runtime does (tflite/kernels/conv.cc, XNNPACK src/subgraph/convolution-2d.c)."""
    grouped = groups_of(node) > 1
    taken = xnnpack.takes(node, FILTER, node.options.fused_activation_function, BIAS)
    if taken and node.operand(FILTER).tensor.type != "INT4":
        per_pixel = not grouped and becomes_fully_connected(node, stencil)
        return _Scheme(activation_quantization.xnnpack, per_pixel, xnnpack.dequantize)
    per_channel = np.any(scale != scale[0])
    if per_channel and not grouped and node.numerics == XNNPACK:
        return _Scheme(
            activation_quantization.asymmetric, False, lambda acc, s, ws, b: (acc * (ws * s)) + b
        )
    if grouped or per_channel:
        return _Scheme(
            activation_quantization.asymmetric, False, lambda acc, s, ws, b: ((acc * ws) * s) + b
        )
    return _Scheme(
        activation_quantization.symmetric, False, lambda acc, s, ws, b: (acc * (s * ws)) + b
    )


def becomes_fully_connected(node: Node, stencil: Stencil) -> bool:
    """Whether XNNPACK rewrites the convolution to a FULLY_CONNECTED over pixels: a window of
    one pixel at each pixel, except from one channel to one."""
    outputs, _, _, channels = node.operand(FILTER).tensor.shape
    return stencil.size == stencil.stride == (1, 1) and (outputs, channels) != (1, 1)


def _hybrid(node: Node, stencil: Stencil) -> Convolve:
    weight = weight_scale(node.operand(FILTER).tensor)
    scheme = _scheme(node, stencil, weight)

    def convolve(x: Array, matrices: Array, bias: Array | None) -> Array:
        rows = scheme.quantize(x if scheme.per_pixel else x.reshape(len(x), prod(x.shape[1:])))
        codes = rows.values.reshape(x.shape)
        accumulators = _convolve(codes, matrices, stencil, _integers, None)
        scale = rows.scale if scheme.per_pixel else rows.scale.reshape(-1, 1, 1, 1)
        return scheme.dequantize(accumulators, scale, weight, 0 if bias is None else bias)

    return convolve


def xnnpack_takes_integers(node: Node) -> bool:
    """Whether XNNPACK takes the node, which is full-integer."""
    activation = node.options.fused_activation_function
    return xnnpack.takes_integers(node, INPUT, FILTER, activation, BIAS)


def full_integer(node: Node, delegated: bool) -> FullInteger:
    """Its full-integer arithmetic. XNNPACK takes INT8 and UINT8 weights; the optimized kernel no
    groups."""
    optimized = dict.fromkeys(("INT8", "UINT8", "INT16"), away if groups_of(node) > 1 else up)
    facts = Facts(INPUT, FILTER, BIAS, axis=0, reference=away, optimized=optimized)
    return FullInteger.of(node, facts, node.options.fused_activation_function, delegated)


def _full_integer(node: Node) -> Run:
    groups, filters = groups_of(node), node.operand(FILTER)
    arithmetic = full_integer(node, xnnpack_takes_integers(node))
    stencil = Stencil.of(node.options, filters.tensor)
    matrices = packed(filters, lambda value: _group_matrices(arithmetic.weights(value), groups))

    def multiply(left: Array, right: Array, bias: Array | float) -> Array:
        return wide_matmul(left, right)

    def run(x: Array, weights: Array, bias: Array | None = None) -> tuple[Array, ...]:
        codes = arithmetic.activations(x)
        sums = _convolve(codes, matrices(weights), stencil, multiply, None)
        return (arithmetic.outputs(sums, bias),)

    return run


def _integers(left: Array, right: Array, bias: Array | float) -> Array:
    """The accumulators of a hybrid convolution, which adds its bias later."""
    return integer_matmul(left, right)


def _convolve(
    x: Array, matrices: Array, stencil: Stencil, matmul: Matmul, bias: Array | None
) -> Array:
    """x (N, H, W, C) by matrices (groups, KH * KW * C / groups, O / groups)."""
    groups, depth, outputs = matrices.shape
    windows = taps(x, stencil)
    n, height, width = windows.shape[:3]
    channels = windows.shape[5] // groups
    output = np.empty((n, height, width, groups * outputs), x.dtype)
    for block in _blocks(n, height, width * depth * x.itemsize):
        for group, matrix in enumerate(matrices):
            seen = windows[block][..., group * channels : (group + 1) * channels]
            made = slice(group * outputs, (group + 1) * outputs)
            rows = seen.reshape(prod(seen.shape[:3]), depth)
            product = matmul(rows, matrix, 0 if bias is None else bias[made])
            output[block][..., made] = product.reshape(*seen.shape[:3], outputs)
    return output


def _blocks(images: int, rows: int, row_bytes: int) -> Iterator[tuple[slice, slice]]:
    """Images and their rows, cut into blocks of about BLOCK_BYTES: whole images if they fit."""
    fitting = max(1, BLOCK_BYTES // max(1, row_bytes))
    row_step = max(1, min(rows, fitting))
    image_step = max(1, fitting // max(1, rows))
    for image in range(0, images, image_step):
        for row in range(0, rows, row_step):
            yield slice(image, image + image_step), slice(row, row + row_step)

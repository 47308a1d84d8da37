"""CONV_2D, float and hybrid, grouped and dilated.

x: (N, H, W, C); filter: (O, KH, KW, C / groups); bias: (O,) or absent; output (N, OH, OW, O).
A convolution is the matrix product of the windows, (N * OH * OW, KH * KW * C), by the filter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import numpy as np

from kernels import activation_quantization, xnnpack
from kernels.activation import fused_activation
from kernels.activation_quantization import Quantizer
from kernels.errors import ModelError
from kernels.integer_matmul import integer_matmul
from kernels.node import Array, Node, Run
from kernels.stencil import Stencil, taps
from kernels.weight import is_hybrid, packed, weight_scale

BLOCK_BYTES = 1 << 25
"""Windows laid out at a time, so that a batch does not multiply the memory of an image."""

Multiply = Callable[[Array, Array], Array]
Convolve = Callable[[Array, Array, "Array | float"], Array]


def prepare(node: Node) -> Run:
    """Returns the kernel. Raises UnsupportedOperatorError for types that it does not take."""
    hybrid = is_hybrid(node, weights=(1,))
    filters = node.operand(1)
    stencil = Stencil.of(node.options, filters.tensor)
    activation = fused_activation(node.options.fused_activation_function)
    matrix = packed(filters, _matrix)
    convolve = _hybrid(node, stencil) if hybrid else _float(stencil)

    def run(x: Array, weights: Array, bias: Array | None = None) -> tuple[Array, ...]:
        return (activation(convolve(x, matrix(weights), 0 if bias is None else bias)),)

    return run


def _matrix(filters: Array) -> Array:
    """filters (O, KH, KW, C) as (KH * KW * C, O) float32."""
    return filters.astype(np.float32, copy=False).reshape(len(filters), -1).T


def _float(stencil: Stencil) -> Convolve:
    def convolve(x: Array, matrix: Array, bias: Array | float) -> Array:
        output = _accumulate(x, matrix, stencil, np.matmul)
        output += bias
        return output

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
    grouped = node.operand(0).tensor.shape[3] != node.operand(1).tensor.shape[3]
    if xnnpack.takes(node, 1, node.options.fused_activation_function):
        per_pixel = not grouped and _becomes_fully_connected(node, stencil)
        return _Scheme(activation_quantization.xnnpack, per_pixel, xnnpack.dequantize)
    if grouped or np.any(scale != scale[0]):
        return _Scheme(
            activation_quantization.asymmetric, False, lambda acc, s, ws, b: ((acc * ws) * s) + b
        )
    return _Scheme(
        activation_quantization.symmetric, False, lambda acc, s, ws, b: (acc * (s * ws)) + b
    )


def _becomes_fully_connected(node: Node, stencil: Stencil) -> bool:
    """Whether XNNPACK rewrites the convolution to a FULLY_CONNECTED over pixels: a window of
    one pixel at each pixel, except from one channel to one."""
    outputs, _, _, channels = node.operand(1).tensor.shape
    return stencil.size == stencil.stride == (1, 1) and (outputs, channels) != (1, 1)


def _hybrid(node: Node, stencil: Stencil) -> Convolve:
    weight = weight_scale(node.operand(1).tensor)
    scheme = _scheme(node, stencil, weight)

    def convolve(x: Array, matrix: Array, bias: Array | float) -> Array:
        rows = scheme.quantize(x if scheme.per_pixel else x.reshape(len(x), prod(x.shape[1:])))
        accumulators = _accumulate(rows.values.reshape(x.shape), matrix, stencil, integer_matmul)
        scale = rows.scale if scheme.per_pixel else rows.scale.reshape(-1, 1, 1, 1)
        return scheme.dequantize(accumulators, scale, weight, bias)

    return convolve


def _accumulate(x: Array, matrix: Array, stencil: Stencil, multiply: Multiply) -> Array:
    """The convolution without bias: x (N, H, W, C), matrix (KH * KW * C / groups, O)."""
    rows, columns = stencil.place(x)
    depth, outputs = matrix.shape
    group_channels = depth // prod(stencil.size)
    groups = _groups(x.shape[3], group_channels, outputs)
    output = np.empty((x.shape[0], rows.positions, columns.positions, outputs), np.float32)
    image_bytes = rows.positions * columns.positions * depth * x.itemsize
    step = max(1, BLOCK_BYTES // max(1, image_bytes))
    for start in range(0, x.shape[0], step):
        block = slice(start, start + step)
        for group in range(groups):
            inputs = slice(group * group_channels, (group + 1) * group_channels)
            out = slice(group * outputs // groups, (group + 1) * outputs // groups)
            windows = taps(x[block, :, :, inputs], stencil)
            positions = windows.shape[:3]
            product = multiply(windows.reshape(prod(positions), depth), matrix[:, out])
            output[block, :, :, out] = product.reshape(*positions, -1)
    return output


def _groups(channels: int, group_channels: int, outputs: int) -> int:
    """How many groups a filter of ``group_channels`` makes of ``channels``."""
    groups = channels // group_channels if group_channels else 0
    if not groups or channels % group_channels or outputs % groups:
        raise ModelError(
            f"A filter of {group_channels} input and {outputs} output channels does not fit an "
            f"input of {channels} channels.",
            "A filter's input channels divide the input's, and the groups divide the outputs.",
        )
    return groups

"""CONV_3D and CONV_3D_TRANSPOSE, float.

x: (N, D, H, W, I); filter of CONV_3D: (KD, KH, KW, I, O), of CONV_3D_TRANSPOSE:
(KD, KH, KW, O, I); bias: (O,) or absent; output (N, OD, OH, OW, O). Products are added tap by
tap and the bias last, as TFLite's reference kernels do; by default LiteRT's CONV_3D starts from
the bias and has fma, and its CONV_3D_TRANSPOSE an order of Eigen's that depends on the sizes.
Source: ``tflite/kernels/internal/reference/{conv3d,conv3d_transpose}.h`` and
``tflite/kernels/internal/optimized/optimized_ops.h`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from kernels.activation import Activation, fused_clamp
from kernels.element_types import FLOAT, require_type
from kernels.errors import InputError, ModelError
from kernels.float_matmul import Matmul, fused_matmul, rounded_matmul
from kernels.node import XNNPACK, Array, Node, Run
from kernels.window import Window, place_window

FILTER = 1
RANK = 5
SPATIAL = slice(1, 4)

Tap = tuple[int, ...]
Slices = tuple[slice, ...]


@dataclass(frozen=True)
class _Volume:
    """The sliding window's options, (depth, rows, columns) each."""

    stride: tuple[int, int, int]
    dilation: tuple[int, int, int]
    padding: int

    @classmethod
    def of(cls, options: SimpleNamespace) -> _Volume:
        return cls(
            (options.stride_d, options.stride_h, options.stride_w),
            (options.dilation_d_factor, options.dilation_h_factor, options.dilation_w_factor),
            options.padding,
        )

    def place(self, lengths: tuple[int, ...], sizes: tuple[int, ...]) -> list[Window]:
        """Where a window of ``sizes`` falls on each of the three dimensions."""
        return [
            place_window(length, size, stride, self.padding, dilation)
            for length, size, stride, dilation in zip(
                lengths, sizes, self.stride, self.dilation, strict=True
            )
        ]

    def taps(self, sizes: tuple[int, ...], windows: list[Window]) -> Iterator[tuple[Tap, Slices]]:
        """Every tap, and what it sees of the padded volume, one element for each position."""
        for tap in np.ndindex(*sizes):
            starts = [t * d for t, d in zip(tap, self.dilation, strict=True)]
            seen = tuple(
                slice(start, start + (window.positions - 1) * stride + 1, stride)
                for start, window, stride in zip(starts, windows, self.stride, strict=True)
            )
            yield tap, (slice(None), *seen)


def convolution(node: Node) -> Run:
    """Returns the kernel of CONV_3D."""
    volume, activation = _prepared(node)
    optimized = node.numerics == XNNPACK
    matmul = fused_matmul if optimized else rounded_matmul

    def run(x: Array, filters: Array, bias: Array | None = None) -> tuple[Array, ...]:
        _require_channels(x, filters, filters.ndim - 2)
        windows = volume.place(x.shape[SPATIAL], filters.shape[:3])
        positions = (window.positions for window in windows)
        padding = [(0, 0), *((w.before, w.after) for w in windows), (0, 0)]
        padded = np.pad(x, padding)
        output = np.zeros((len(x), *positions, filters.shape[-1]), np.float32)
        if output.size == 0:
            return (output,)
        offset = np.float32(0) if bias is None else bias
        if optimized:
            output += offset
        for tap, seen in volume.taps(filters.shape[:3], windows):
            output = _multiplied(matmul, padded[seen], filters[tap], output)
        return (activation(output if optimized else output + offset),)

    return run


def _multiplied(matmul: Matmul, x: Array, tap: Array, start: Array) -> Array:
    """``start`` plus x (.., I) times the tap (I, O)."""
    pixels, sums = (part.reshape(-1, part.shape[-1]) for part in (x, start))
    return matmul(pixels, tap, sums).reshape(start.shape)


def transpose(node: Node) -> Run:
    """Returns the kernel of CONV_3D_TRANSPOSE; its inputs are output shape, filter, x, bias."""
    volume, activation = _prepared(node, x_position=2)

    def run(
        output_shape: Array, filters: Array, x: Array, bias: Array | None = None
    ) -> tuple[Array, ...]:
        _require_channels(x, filters, filters.ndim - 1)
        sizes = tuple(output_shape.ravel().tolist())
        node.limits.check_size(sizes, x.itemsize)
        if len(sizes) != RANK or sizes[0] != len(x) or sizes[-1] != filters.shape[3]:
            raise InputError(
                f"An output of shape {sizes} for x {x.shape} and the filter {filters.shape}.",
                "Its batch is that of x, its channels those of the filter.",
            )
        windows = volume.place(sizes[SPATIAL], filters.shape[:3])
        if tuple(window.positions for window in windows) != x.shape[SPATIAL]:
            raise InputError(
                f"An output of shape {sizes} does not come from x {x.shape}.",
                "Its convolution has the shape of x.",
            )
        padded = [w.before + n + w.after for n, w in zip(sizes[SPATIAL], windows, strict=True)]
        total = np.zeros((len(x), *padded, sizes[-1]), np.float32)
        if x.size:
            _scatter(total, x, filters, volume.taps(filters.shape[:3], windows))
        inner = tuple(
            slice(w.before, w.before + n) for n, w in zip(sizes[SPATIAL], windows, strict=True)
        )
        output = total[(slice(None), *inner)]
        return (activation(output if bias is None else output + bias),)

    return run


def _scatter(total: Array, x: Array, filters: Array, taps: Iterable[tuple[Tap, Slices]]) -> None:
    """Adds the filter times each element of x at its place, elements in their order.

    An element of the output gets the taps of one element of x after the other, so taps are
    taken from the last on, which is the order of the elements.
    """
    for tap, seen in reversed(list(taps)):
        total[seen] = _multiplied(rounded_matmul, x, filters[tap].T, total[seen])


def _prepared(node: Node, x_position: int = 0) -> tuple[_Volume, Activation]:
    for position in (x_position, FILTER):
        require_type(node, FLOAT, position)
    return _Volume.of(node.options), fused_clamp(node.options.fused_activation_function)


def _require_channels(x: Array, filters: Array, axis: int) -> None:
    if x.ndim != RANK or filters.ndim != RANK or x.shape[-1] != filters.shape[axis]:
        raise ModelError(
            f"A filter {filters.shape} on a tensor {x.shape}.",
            "Both have five dimensions, and the filter the input's channels.",
        )

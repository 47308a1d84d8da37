"""A convolution of images whose shapes fit, and where its windows are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from kernels.constant import RUNTIME_DTYPES
from kernels.flat.border import Border
from kernels.flat.multiply import Right, constant_right
from kernels.flat.rows import LARGEST_COUNT, Rows, matrix_rows, window_rows
from kernels.flat.value import Source, Value
from kernels.node import Array, Node
from kernels.ops.convolution import BIAS, FILTER, INPUT, groups_of
from kernels.stencil import IMAGE_RANK, Stencil
from kernels.window import place_window

MOST_GROWTH, FREE_GROWTH = 16, 1 << 20
"""A border makes images at most this many times larger, and by some numbers more."""


@dataclass(frozen=True)
class ConvolutionCase:
    """x: (N, H, W, C), around which a border is to be put; filters: (O, KH, KW, C / groups);
    ``positions``: rows and columns of the output."""

    node: Node
    x: Value
    filters: Array
    bias: Source | None
    stencil: Stencil
    groups: int
    border: Border
    positions: tuple[int, int]

    @property
    def outputs(self) -> int:
        """Channels of the output."""
        return len(self.filters)

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the output."""
        return (self.x.shape[0], *self.positions, self.outputs)

    @property
    def pixels(self) -> int:
        """Of all images."""
        return prod(self.x.shape[:3])

    @property
    def is_pointwise(self) -> bool:
        """Whether each pixel is a window, so that all images are one matrix."""
        ones = self.stencil.size == self.stencil.stride == (1, 1)
        return ones and self.groups == 1 and self.border == Border()

    def rows(self, by_image: bool = False) -> Rows:
        """The windows, in images with their border, which may become one unless ``by_image``."""
        channels = self.x.shape[3]
        if self.is_pointwise and not by_image:
            return matrix_rows(self.pixels, channels, channels)
        shape = self.border.around(self.x.shape)
        return window_rows(shape, self.stencil, self.positions, self.groups)

    def right(self, filters: Array) -> Right:
        """The filters, or what was made of them, run by run of the windows."""
        taps = len(self.rows().taps)
        grouped = filters.reshape(self.groups, self.outputs // self.groups, taps, -1)
        return constant_right(self.filters, grouped.transpose(0, 2, 3, 1))


def convolution_case(
    node: Node, x: Source | None, inputs: Sequence[Source | None], padding: Border
) -> ConvolutionCase | None:
    """The convolution of x with a border; None if its shapes do not fit. Raises ModelError."""
    filters, bias = inputs[FILTER], inputs[BIAS] if len(inputs) > BIAS else None
    if not (isinstance(x, Value) and isinstance(filters, np.ndarray)):
        return None
    if len(x.shape) != IMAGE_RANK or not x.count * filters.size:
        return None
    groups, stencil = groups_of(node), Stencil.of(node.options, node.operand(FILTER).tensor)
    if x.shape[3] != groups * filters.shape[3] or x.dtype != _declared(node):
        return None
    padded = padding.around(x.shape)
    rows, columns = (
        place_window(
            padded[1 + axis],
            stencil.size[axis],
            stencil.stride[axis],
            stencil.padding,
            stencil.dilation[axis],
        )
        for axis in range(2)
    )
    border = padding.within(Border.of(rows, columns))
    grown = prod(border.around(x.shape))
    if grown > min(MOST_GROWTH * x.count + FREE_GROWTH, LARGEST_COUNT):
        return None
    positions = rows.positions, columns.positions
    case = ConvolutionCase(node, x, filters, bias, stencil, groups, border, positions)
    return case if 0 < prod(case.shape) <= LARGEST_COUNT else None


def _declared(node: Node) -> np.dtype | None:
    return RUNTIME_DTYPES.get(node.operand(INPUT).tensor.type)

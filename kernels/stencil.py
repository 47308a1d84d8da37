"""A two-dimensional sliding window over images: what a convolution sees at each position."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from kernels.errors import ModelError
from kernels.model import Tensor
from kernels.node import Array
from kernels.window import Window, place_window

IMAGE_RANK = 4
"""Images are (N, H, W, C)."""


@dataclass(frozen=True)
class Stencil:
    """size, stride, dilation: (rows, columns) of the window; padding: the schema's code."""

    size: tuple[int, int]
    stride: tuple[int, int]
    dilation: tuple[int, int]
    padding: int

    @classmethod
    def of(cls, options: SimpleNamespace, filters: Tensor) -> Stencil:
        """The window of Conv2DOptions or DepthwiseConv2DOptions, filters (?, KH, KW, ?)."""
        if len(filters.shape) != IMAGE_RANK:
            raise ModelError(
                f"The filter '{filters.name}' has shape {filters.shape}.",
                "A filter has four dimensions; the file may be damaged.",
            )
        _, height, width, _ = filters.shape
        stride = (options.stride_h, options.stride_w)
        dilation = (options.dilation_h_factor, options.dilation_w_factor)
        return cls((height, width), stride, dilation, options.padding)

    def place(self, images: Array) -> tuple[Window, Window]:
        """The window's places along rows and columns of images (N, H, W, C)."""
        return self._place(images, 0), self._place(images, 1)

    def _place(self, images: Array, axis: int) -> Window:
        size, stride, dilation = self.size[axis], self.stride[axis], self.dilation[axis]
        return place_window(images.shape[1 + axis], size, stride, self.padding, dilation)


def taps(images: Array, stencil: Stencil) -> Array:
    """Every window: a read-only view (N, OH, OW, KH, KW, C) of images (N, H, W, C).

    Padding reads as 0. Raises ModelError for a window that does not fit.
    """
    rows, columns = stencil.place(images)
    images = pad(images, rows, columns)
    n, h, w, c = images.strides
    (stride_h, stride_w), (dilation_h, dilation_w) = stencil.stride, stencil.dilation
    return np.lib.stride_tricks.as_strided(
        images,
        (images.shape[0], rows.positions, columns.positions, *stencil.size, images.shape[3]),
        (n, h * stride_h, w * stride_w, h * dilation_h, w * dilation_w, c),
        writeable=False,
    )


def pad(images: Array, rows: Window, columns: Window) -> Array:
    """The images with zeros around, as the windows need them; the same if they need none."""
    if not (rows.before or rows.after or columns.before or columns.after):
        return images
    n, height, width, channels = images.shape
    shape = (n, rows.before + height + rows.after, columns.before + width + columns.after, channels)
    padded = np.zeros(shape, images.dtype)
    padded[:, rows.before :, columns.before :][:, :height, :width] = images
    return padded

"""The left side of a matrix product: its rows, where they are in memory."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from kernels.errors import ModelError
from kernels.node import Array
from kernels.stencil import Stencil

LARGEST_COUNT = 2**31 - 2**16
"""Numbers of an image that offsets reach."""


@dataclass(frozen=True)
class Rows:
    """``count`` rows of each of ``images``, whose numbers are ``image_step`` apart.

    offsets: (count,), taps: (taps,) int32: run t of row r begins at ``offsets[r] + taps[t]`` and
    has ``depth`` numbers; a group's are ``depth`` further than those of the group before.
    """

    images: int
    count: int
    offsets: Array
    taps: Array
    depth: int
    image_step: int


def matrix_rows(count: int, depth: int, step: int) -> Rows:
    """Rows of a matrix, ``step`` numbers apart. Raises ModelError for more than offsets reach."""
    if count * step > LARGEST_COUNT:
        raise ModelError(
            f"A matrix of {count} rows of {depth} numbers is too large to be multiplied.",
            "Split the model's input.",
        )
    return Rows(1, count, _linear(count, step), np.zeros(1, np.int32), depth, 0)


@lru_cache(maxsize=64)
def _linear(count: int, step: int) -> Array:
    return np.arange(count, dtype=np.int32) * np.int32(step)


def window_rows(
    shape: tuple[int, int, int, int], stencil: Stencil, positions: tuple[int, int], groups: int
) -> Rows:
    """The windows at (rows, columns) ``positions`` of images (N, H, W, C), which have their border.

    Pixels of a window that are next to each other in memory are one run.
    """
    images, height, width, channels = shape
    (rows, columns), (across, along) = stencil.size, stencil.dilation
    y, x = (np.arange(n) * step for n, step in zip(positions, stencil.stride, strict=True))
    offsets = (y[:, None] * width + x) * channels
    if groups == 1 and (columns == 1 or along == 1):
        taps, depth = np.arange(rows) * across * width * channels, columns * channels
    else:
        places = np.arange(rows)[:, None] * across * width + np.arange(columns) * along
        taps, depth = places * channels, channels // groups
    return Rows(
        images,
        offsets.size,
        offsets.reshape(-1).astype(np.int32),
        taps.reshape(-1).astype(np.int32),
        depth,
        height * width * channels,
    )

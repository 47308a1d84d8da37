"""Operators that multiply windows of their input by the rows of a weight: part of the quantizer's
half of the operator table.

An output is the product of a row of the weight, an output's channel, and a window: what of the
input the operator reads for it. Rows of a group have the same windows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from types import MappingProxyType, SimpleNamespace

import numpy as np

from kernels.model import Tensor
from kernels.node import Array
from kernels.stencil import Stencil, taps


@dataclass(frozen=True)
class WeightProduct:
    """``windows(x, options, weight, most)``: at most ``most`` of each example of x, evenly spread:
    (groups, positions, depth), or, of a depthwise operator, (positions, depth, groups), float32.
    ``rows(weight)``: (outputs, depth), those of a group successive; ``weight(rows, shape)`` is its
    inverse.
    """

    windows: Callable[[Array, SimpleNamespace, Tensor, int], Array]
    rows: Callable[[Array], Array]
    weight: Callable[[Array, tuple[int, ...]], Array]


def _spread(count: int, most: int, columns: int) -> slice:
    """Every so many of ``count`` positions, so that they are not all of a few columns."""
    stride = max(1, -(-count // most))
    while stride > 1 and columns % stride == 0:
        stride += 1
    return slice(None, None, stride)


def _image_windows(x: Array, options: SimpleNamespace, filters: Tensor, most: int) -> Array:
    """(positions, taps, channels)."""
    seen = taps(x, Stencil.of(options, filters))
    _, height, width, *window, channels = seen.shape
    chosen = _spread(height * width, most, width)
    rows, columns = np.divmod(np.arange(height * width)[chosen], width)
    picked = seen[:, rows, columns]
    return np.ascontiguousarray(picked.reshape(-1, prod(window), channels), np.float32)


def _convolution(x: Array, options: SimpleNamespace, filters: Tensor, most: int) -> Array:
    positions = _image_windows(x, options, filters, most)
    count, size, channels = positions.shape
    of_group = filters.shape[-1]
    grouped = positions.reshape(count, size, channels // of_group, of_group)
    return np.ascontiguousarray(
        grouped.transpose(2, 0, 1, 3).reshape(channels // of_group, count, size * of_group)
    )


def _fully_connected(x: Array, options: SimpleNamespace, weight: Tensor, most: int) -> Array:
    depth = weight.shape[-1]
    rows = x.reshape(-1, depth)
    per_example = max(1, len(rows) // max(1, len(x)))
    chosen = _spread(per_example, most, 1)
    return np.ascontiguousarray(rows[chosen][np.newaxis], np.float32)


def _outputs_first(weight: Array) -> Array:
    return weight.reshape(len(weight), -1)


def _outputs_last(weight: Array) -> Array:
    return np.ascontiguousarray(weight.reshape(-1, weight.shape[-1]).T)


def _from_outputs_last(rows: Array, shape: tuple[int, ...]) -> Array:
    return np.ascontiguousarray(rows.T).reshape(shape)


WEIGHT_PRODUCTS: Mapping[str, WeightProduct] = MappingProxyType(
    {
        "CONV_2D": WeightProduct(_convolution, _outputs_first, np.reshape),
        "DEPTHWISE_CONV_2D": WeightProduct(_image_windows, _outputs_last, _from_outputs_last),
        "FULLY_CONNECTED": WeightProduct(_fully_connected, _outputs_first, np.reshape),
    }
)
"""Operator name -> how; where their operands are, ``kernels.equivariance.LINEAR`` says."""

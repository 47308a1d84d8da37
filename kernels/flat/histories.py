"""Weights of depthwise convolutions in the order in which histories are multiplied by them."""

from __future__ import annotations

import numpy as np

from kernels.flat.assembly import allocate
from kernels.node import Array

_CODES = {1: np.int32, 2: np.int16, 4: np.int8}
"""Rows that a history has -> dtype of their weights."""


def pack_histories(filters: Array, group: int, lanes: int) -> Array:
    """Filters (KH, KW, C) of int8 as (KW, steps, C') int32, for channels up to a whole vector.

    Step s has the weights of ``group`` rows, the newest highest, of which the newest is row
    ``KH - 1 - s * group``; rows above the filter weigh nothing.
    """
    height, width, channels = filters.shape
    steps, padded = -(-height // group), whole(channels, lanes)
    rows = np.zeros((steps * group, width, padded), _CODES[group])
    rows[steps * group - height :, :, :channels] = filters
    parts = rows.reshape(steps, group, width, padded)[::-1].transpose(2, 0, 3, 1)
    packed = allocate(parts.nbytes).view(rows.dtype).reshape(parts.shape)
    packed[...] = parts
    return packed.view(np.int32)[..., 0]


def pack_channels(values: Array, lanes: int) -> Array:
    """A number for each channel, and zeros up to a whole vector."""
    packed = np.zeros(whole(len(values), lanes), values.dtype)
    packed[: len(values)] = values
    return packed


def whole(channels: int, lanes: int) -> int:
    """How many channels whole vectors have."""
    return -(-channels // lanes) * lanes

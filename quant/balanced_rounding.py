"""Rounding that lets no error of the mean arise: the errors of a channel's weights cancel.

It needs no data. ``quant.plain_balance`` says what is done and why.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.equivariance import LINEAR, Linear
from kernels.model import Model
from quant import plain_balance
from quant.captured_constants import called_subgraphs
from quant.constants import Use, find_constants, operator_of
from quant.plain_balance import Rows
from quant.sqnr import ratio_db
from quant.weights import LARGEST_INTEGER, Encoding, StoredWeight

_COMPILED_FROM = 1 << 13
"""Weights that are worth a kernel, which has to be loaded."""


def balanced_weights(model: Model) -> Mapping[int, Linear]:
    """Buffer -> how the linear operators that read it, and nothing else, take it as a weight.

    Without those in subgraphs that control flow runs: a recurrent cell's states are around zero,
    so that the errors' sum is of no account there.
    """
    called = {i for g in model.subgraphs for each in g.operators for i in called_subgraphs(each)}
    found: dict[int, Linear] = {}
    for constant in find_constants(model):
        taken = [None if use.subgraph in called else _linear(model, use) for use in constant.uses]
        first = taken[0] if taken else None
        if first is not None and all(each == first for each in taken):
            found[constant.buffer] = first
    return found


def _linear(model: Model, use: Use) -> Linear | None:
    """What is known of the operator, if it takes the constant as its weight."""
    linear = LINEAR.get(operator_of(model, use).name)
    return linear if linear is not None and linear.weight == use.operand else None


def gains(encoding: Encoding) -> bool:
    """Whether the errors' sum is far from 0 if each weight is rounded to nearest: not where a
    channel's own step was chosen such that it is not (``quant.clipping``)."""
    return encoding.is_integer and (encoding.type == "INT4" or encoding.axis is None)


def balanced(weight: NDArray[Any], stored: StoredWeight, linear: Linear) -> StoredWeight:
    """The stored weight with some integers one step off the nearest; itself where it has none.

    weight: float32, what is stored.
    """
    rows = rows_of(weight.shape, stored.encoding, linear)
    if rows is None or not weight.size:
        return stored
    values = stored.values.copy()
    limit = LARGEST_INTEGER[stored.encoding.type]
    flat = np.ascontiguousarray(weight).reshape(-1)
    scale = stored.scale.reshape(-1)
    sums = _module(weight).balance(flat, values.reshape(-1), scale, rows, limit)
    return replace(stored, values=values, sqnr_db=ratio_db(*sums))


def rows_of(shape: tuple[int, ...], encoding: Encoding, linear: Linear) -> Rows | None:
    """Which weights' errors add up; None where the encoding has other scales than a channel each,
    a block each, or one.

    A row is a channel of the output, or a block of it.
    """
    channels, size = shape[linear.output_axis], encoding.block_size
    count = math.prod(shape) // max(channels, 1)
    if not encoding.is_integer or encoding.axis not in (None, linear.output_axis):
        return None
    if size:
        return Rows(math.prod(shape) // size, size, size, size, 1, 1)
    per_channel = int(encoding.axis is not None)
    if linear.depthwise:
        return Rows(channels, count, 1, 1, channels, per_channel)
    return Rows(channels, count, shape[linear.input_axis], count, 1, per_channel)


def _module(weight: NDArray[Any]) -> ModuleType:
    if weight.size < _COMPILED_FROM:
        return plain_balance
    from quant import compiled_balance  # loads what compiles

    return compiled_balance

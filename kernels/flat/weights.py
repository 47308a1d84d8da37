"""Constant weights and biases of matrix products, checked, as tiles need them.

weights: (n, ...) for n columns. A function returns None for what no tile takes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kernels.flat.multiply import Bounds
from kernels.flat.panels import packed_once
from kernels.flat.value import Source
from kernels.full_integer import FullInteger
from kernels.isa import instruction_set
from kernels.model import Tensor
from kernels.node import Array
from kernels.weight import weight_scale

LARGEST_PRODUCT = 255 * 128
"""Of a code less its zero point by an int8 weight."""
LARGEST_SUM = 2**31 - 1


def bias_of(bias: Source | None, columns: int, dtype: type[np.generic]) -> Array | None:
    """The bias of all columns, zeros if it is absent."""
    if bias is None:
        return np.zeros(columns, dtype)
    if not isinstance(bias, np.ndarray):
        return None
    fits = bias.dtype == dtype and bias.shape == (columns,)
    return bias if fits else None


def hybrid_constants(
    weights: Array, tensor: Tensor, bias: Source | None
) -> tuple[Array, Array, Array] | None:
    """Sums of the weights, their scales and the bias, of all columns. Raises ModelError for weights
    without a scale."""
    columns, depth = len(weights), weights[0].size
    scale, addend = weight_scale(tensor), bias_of(bias, columns, np.float32)
    fits = weights.dtype == np.int8 and len(scale) in (1, columns)
    if addend is None or not fits or depth * LARGEST_PRODUCT > LARGEST_SUM:
        return None
    return _sums(weights), np.ascontiguousarray(np.broadcast_to(scale, columns)), addend


@dataclass(frozen=True)
class IntegerConstants:
    """weights: int8, without a zero point; start (int32), multipliers: of all columns; the output's
    zero point, and its bounds less that."""

    weights: Array
    start: Array
    multipliers: Array
    zero: int
    bounds: Bounds


def integer_constants(
    weights: Array, arithmetic: FullInteger, bias: Source | None
) -> IntegerConstants | None:
    """Of a full-integer operator that XNNPACK takes."""
    columns, depth = len(weights), weights[0].size
    addend = bias_of(bias, columns, np.int32)
    centred = _centred(weights, arithmetic.weight_zero_point)
    multipliers = np.broadcast_to(arithmetic.scales.single, columns)
    if addend is None or not centred.size or not np.all(np.isfinite(multipliers)):
        return None
    most = depth * LARGEST_PRODUCT + int(np.abs(addend.astype(np.int64)).max())
    zeros = arithmetic.x.zero_point, arithmetic.out.zero_point
    kinds = arithmetic.x.limits, arithmetic.out.limits
    inside = all(low <= zero <= high for zero, (low, high) in zip(zeros, kinds, strict=True))
    if most > LARGEST_SUM or not inside:
        return None
    low, high = (bound - zeros[1] for bound in arithmetic.bounds)
    start = addend - _sums(centred) * np.int32(code_of_zero(arithmetic))
    return IntegerConstants(
        centred, start, np.ascontiguousarray(multipliers), zeros[1], (low, high)
    )


def code_of_zero(arithmetic: FullInteger) -> int:
    """What activations' codes hold for 0.0."""
    shift = instruction_set().shift
    signed = arithmetic.x.dtype == np.int8
    return 0 if shift is None else arithmetic.x.zero_point + shift - (0 if signed else 128)


def _sums(weights: Array) -> Array:
    def add() -> Array:
        sums: Array = weights.reshape(len(weights), -1).sum(axis=1, dtype=np.int32)
        return sums

    return packed_once(weights, "sums", add)


def _centred(weights: Array, zero_point: int) -> Array:
    """The weights without their zero point; nothing if they are no int8 then."""

    def subtract() -> Array:
        centred = weights.astype(np.int64) - zero_point
        limits = np.iinfo(np.int8)
        fits = limits.min <= centred.min() and centred.max() <= limits.max
        return centred.astype(np.int8) if fits else np.zeros(0, np.int8)

    is_centred = zero_point == 0 and weights.dtype == np.int8
    return weights if is_centred else packed_once(weights, "centred", subtract)

"""Activations to int8 at run time, as the hybrid kernels do it: one scale per row.

A row is the group of values that share a scale, the last dimension; which group that is
depends on the operator.
Every product and quotient is rounded to float32 unless a line says otherwise, because the
results must equal the released runtimes bit for bit.

A row with a NaN or an infinity has the scale NaN, so that all its outputs become NaN: no
released kernel defines this case, and a plausible number would hide the fault. A row too
small for the inverse of its scale to be finite (below about 1e-36) counts as zero.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kernels.node import Array

QMIN, QMAX = -128, 127
LEVELS = QMAX - QMIN
"""Steps between the smallest and the largest int8."""

VECTOR = 8
"""Values that TFLite rounds at a time."""
HALF = np.float32(0.5)


@dataclass(frozen=True)
class QuantizedRows:
    """values: (..., n) ``q - zero_point``, integers in [-255, 255] kept as float32;
    scale: (..., 1) float32; zero_point: (..., 1) float32.

    ``scale * values`` approximates the row.
    """

    values: Array
    scale: Array
    zero_point: Array


Quantizer = Callable[[Array], QuantizedRows]


def tflite(asymmetric_inputs: bool) -> Quantizer:
    """The quantizer of TFLite's own kernels, by the option ``asymmetric_quantize_inputs``."""
    return asymmetric if asymmetric_inputs else symmetric


def symmetric(rows: Array) -> QuantizedRows:
    """Quantizes to [-127, 127] around zero, ties away from zero. rows: (..., n) float32.

    Equals ``NeonSymmetricQuantizeFloats`` of TFLite (neon_tensor_utils.cc).
    """
    low, high = _extent(rows)
    largest = np.maximum(-low, high)
    with np.errstate(all="ignore"):
        scale = largest / np.float32(QMAX)
        inverse = np.float32(QMAX) / largest
        usable = np.isfinite(inverse)
        values = _round_half_away(rows * np.where(usable, inverse, 0))
    np.clip(values, -QMAX, QMAX, out=values)
    return QuantizedRows(values, _scale(scale, usable, largest), np.zeros_like(scale))


def asymmetric(rows: Array) -> QuantizedRows:
    """Quantizes to [-128, 127], ties away from zero. rows: (..., n) float32.

    Equals ``NeonAsymmetricQuantizeFloats``, which x86 runs too: the range is subtracted in
    float32, scale and zero point are float64, and values are rounded before the zero point
    is added. ``PortableAsymmetricQuantizeFloats`` differs by one unit now and then.
    """
    low, high = _extent(rows)
    with np.errstate(all="ignore"):
        span = high - low
        step = span.astype(np.float64) / LEVELS
        from_low, from_high = QMIN - low / step, QMAX - high / step
        low_error, high_error = -QMIN + np.abs(low / step), QMAX + np.abs(high / step)
        exact = np.where(low_error < high_error, from_low, from_high)
        scale = step.astype(np.float32)
        inverse = (1 / scale.astype(np.float64)).astype(np.float32)
        usable = np.isfinite(inverse)
        exact = np.clip(exact, QMIN, QMAX)
        nudged = np.trunc(exact + np.copysign(0.5, exact)).astype(np.float32)
        zero_point = np.where(usable, nudged, np.float32(0))
        values = _round_half_away(rows * np.where(usable, inverse, 0))
    _saturate(values, zero_point)
    return QuantizedRows(values, _scale(scale, usable, span), zero_point)


def xnnpack(rows: Array) -> QuantizedRows:
    """Quantizes to [-128, 127], ties to even. rows: (..., n) float32.

    Equals XNNPACK's qd8 (src/xnnpack/quantization.h, f32-qs8-vcvt), all in float32 and from
    the inverse scale.
    """
    low, high = _extent(rows)
    with np.errstate(all="ignore"):
        span = high - low
        inverse = np.float32(LEVELS) / span
        usable = np.isfinite(inverse)
        scale = np.float32(1) / inverse
        bottom, top = low * inverse, high * inverse
        nearer_top = (QMIN + bottom) + (QMAX + top) > 0
        zero_point = np.where(nearer_top, QMIN - bottom, QMAX - top)
        zero_point = np.where(usable, np.rint(np.clip(zero_point, QMIN, QMAX)), QMAX)
        values = rows * np.where(usable, inverse, 0)
    np.rint(values, out=values)
    zero_point = zero_point.astype(np.float32)
    _saturate(values, zero_point)
    return QuantizedRows(values, _scale(scale, usable, span), zero_point)


def _extent(rows: Array) -> tuple[Array, Array]:
    """Smallest and largest value of each row, (..., 1); zero always counts as one."""
    low = np.min(rows, axis=-1, keepdims=True, initial=0)
    high = np.max(rows, axis=-1, keepdims=True, initial=0)
    return low, high


def _scale(scale: Array, usable: Array, extent: Array) -> Array:
    """The scale of each row: 1 for a zero row, NaN for one that is not finite."""
    return np.where(np.isfinite(extent), np.where(usable, scale, 1), np.nan).astype(np.float32)


def _round_half_away(rows: Array) -> Array:
    """Rounds to integers, ties away from zero, as TFLite's vector code does.

    Whole vectors of a row are rounded as ``trunc(x + copysign(0.5, x))`` in float32, where the
    last number below one half becomes 1; what is left over is rounded properly.
    """
    rounded: Array = np.trunc(rows + np.copysign(HALF, rows))
    rest = rows.shape[-1] // VECTOR * VECTOR
    rounded[..., rest:] *= np.abs(rows[..., rest:]) >= HALF
    return rounded


def _saturate(values: Array, zero_point: Array) -> None:
    """Clamps ``values + zero_point`` to int8, in place, leaving the zero point subtracted."""
    np.clip(values, QMIN - zero_point, QMAX - zero_point, out=values)

"""Scales of images, as TFLite's hybrid kernels find them: one for an image."""

from __future__ import annotations

import math

import numpy as np

from kernels.field_types import FLOATS, INDEX, INT32S, Array
from kernels.jit import float_of, inline, kernel

f32, f64 = np.float32, np.float64

QMIN, QMAX, LEVELS = f64(-128), f64(127), f64(255)
ZERO, ONE, INFINITY, NAN = f32(0), f32(1), f32(np.inf), f32(np.nan)


@inline
def parameters(low: float, high: float) -> tuple[np.float32, int, np.float32]:
    """The scale, the zero point and the inverse of the scale for numbers from ``low``, not above 0,
    to ``high``, not below it: ``kernels.activation_quantization.asymmetric``.

    An image that is not finite has the scale NaN, and codes of nothing.
    """
    span = high - low
    if not span < INFINITY:
        return NAN, 0, ZERO
    step = f64(span) / LEVELS
    inverse = f32(f64(1) / f64(f32(step)))
    if not inverse < INFINITY:
        return ONE, 0, ZERO
    from_low, from_high = f64(low) / step, f64(high) / step
    nearer_low = -QMIN + abs(from_low) < QMAX + abs(from_high)
    exact = QMIN - from_low if nearer_low else QMAX - from_high
    exact = min(max(exact, QMIN), QMAX)
    return f32(step), int(exact + math.copysign(f64(0.5), exact)), inverse


@kernel(INT32S, INT32S, FLOATS, INT32S, FLOATS, INDEX)
def find_parameters(
    lows: Array,
    highs: Array,
    scales: Array,
    zeros: Array,
    inverses: Array,
    parts: int,
    begin: int,
    end: int,
) -> None:
    """The parameters of images from the bits of the ranges of their parts, (images, parts), as
    ``quantize.find_ranges`` makes them: NaN and infinity are beyond all other ends."""
    for image in range(begin, end):
        low, high = np.uint32(1 << 31), np.int32(0)
        for part in range(image * parts, (image + 1) * parts):
            low = max(low, np.uint32(lows[part]))
            high = max(high, highs[part])
        scale, zero, inverse = parameters(float_of(np.int32(low)), float_of(high))
        scales[image], zeros[image], inverses[image] = scale, zero, inverse

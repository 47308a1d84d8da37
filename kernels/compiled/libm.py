"""Functions of float32 by the C library, which TFLite's kernels call, compiled.

x and y: (n,) float32; y = f(x).
"""

from __future__ import annotations

import math
from typing import Any

from kernels.field_types import FLOATS, Array
from kernels.jit import Source, inline, kernel


def each(function: Any) -> Source:
    """The kernel ``y = function(x)``; a chunk is an element."""

    @kernel(FLOATS, FLOATS)
    def loop(x: Array, y: Array, begin: int, end: int) -> None:
        for i in range(begin, end):
            y[i] = function(x[i])

    return loop


@inline
def _cos(x: Any) -> Any:
    return math.cos(x)


@inline
def _erfc(x: Any) -> Any:
    return math.erfc(x)


@inline
def _exp(x: Any) -> Any:
    return math.exp(x)


@inline
def _log(x: Any) -> Any:
    return math.log(x)


@inline
def _sin(x: Any) -> Any:
    return math.sin(x)


@inline
def _tanh(x: Any) -> Any:
    return math.tanh(x)


cos, erfc, exp, log, sin, tanh = (
    each(function) for function in (_cos, _erfc, _exp, _log, _sin, _tanh)
)
"""cosf, erfcf, expf, logf, sinf, tanhf."""


@kernel(FLOATS, FLOATS, FLOATS)
def power(x: Array, y: Array, z: Array, begin: int, end: int) -> None:
    """z = x ** y by powf."""
    for i in range(begin, end):
        z[i] = math.pow(x[i], y[i])


@kernel(FLOATS, FLOATS, FLOATS)
def angle(y: Array, x: Array, z: Array, begin: int, end: int) -> None:
    """z = the angle of the point (x, y) by atan2f."""
    for i in range(begin, end):
        z[i] = math.atan2(y[i], x[i])

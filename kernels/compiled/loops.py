"""Loops over arrays that apply a function of numbers to each element.

A chunk is an element; x and y: (n,) float32.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from kernels.field_types import FLOATS, Array
from kernels.jit import Source, inline, kernel

Function = Callable[[float], float]

BLOCK = 1024
"""Elements after which is looked whether one of them is beyond the range of the fast formula."""
NONE, ONE_MORE = np.int32(0), np.int32(1)


def each(function: Function) -> Source:
    """The kernel ``y = function(x)``."""

    @kernel(FLOATS, FLOATS)
    def loop(x: Array, y: Array, begin: int, end: int) -> None:
        for i in range(begin, end):
            y[i] = function(x[i])

    return loop


def each_in_range(function: Function, fast: Function, is_beyond: Callable[[float], bool]) -> Source:
    """The kernel ``y = function(x)``, which is ``fast(x)`` of most x, those not beyond.

    A block that has one of the others is computed again.
    """

    @kernel(FLOATS, FLOATS)
    def loop(x: Array, y: Array, begin: int, end: int) -> None:
        for start in range(begin, end, BLOCK):
            stop = min(start + BLOCK, end)
            if _apply_fast(x, y, start, stop):
                for i in range(start, stop):
                    y[i] = function(x[i])

    @inline
    def _apply_fast(x: Array, y: Array, start: int, stop: int) -> Any:
        beyond = NONE
        for i in range(start, stop):
            y[i] = fast(x[i])
            beyond = ONE_MORE if is_beyond(x[i]) else beyond
        return beyond

    return loop

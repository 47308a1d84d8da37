"""What ``quant.plain_channels`` defines, by compiled kernels on all processors.

Integers are the same; sums are added up in another order, which depends on the shape alone. The
pages of a mapped file are let go of as soon as they are read, so weights need not fit in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.kernel import Argument, kernel
from kernels.mapped_memory import release
from kernels.parallel import processors, run_parallel
from quant.plain_channels import Scales, Steps, Weights, inverses_of, least

_PART = 1 << 14
"""Weights of a chunk at most, where a scale is that of a row."""
_BLOCK_ROWS = 16
"""Rows of a chunk at least, where a scale is that of a column."""
_STRIP = 16
"""Columns of a chunk that has all their rows; the kernel's vector."""
_FEW_ROWS = 64
_SLAB = 1 << 19
"""Weights that a thread goes through before it lets go of their pages, if there are more."""
_LEAST = 1 << 18
"""Weights that are rounded in the time that a thread is worth."""
_COMPARED, _READ = 4, 8
"""How many are compared with a step, or only read, in the time that one is rounded."""


def load() -> None:
    """Loads the kernels that most models need; another is loaded where it is called."""
    for name in ("find_largest", "best_steps", "round_nearest"):
        kernel(f"{_Rows.module}.{name}")


def largest_magnitudes(weights: Weights) -> NDArray[np.float32]:
    """(channels,) float32: of each channel ``max|w|``; NaN where there is one."""
    layout = _layout(weights.shape)
    found = np.empty(layout.chunks * layout.found, np.int32)
    _run(layout, "find_largest", weights, (found,), work=weights.size // _READ)
    bits = layout.by_channel(found, 1).max(axis=0).reshape(-1)
    largest: NDArray[np.float32] = bits.view(np.float32)
    return largest


def round_to_nearest(
    weights: Weights, step: Steps, scale: Scales, limit: int, values: NDArray[np.int8]
) -> tuple[float, float]:
    """Writes the integers to ``values``, of the weights' shape. Returns the sums of ``w^2`` and
    ``(w - values * scale)^2``.

    step, scale: (channels,).
    """
    layout = _layout(weights.shape)
    sums = np.empty((2, layout.chunks))
    arrays = (*_ordered(layout, step.astype(np.float64), scale.astype(np.float32)), values, *sums)
    _run(layout, "round_nearest", weights, arrays, (limit,), work=weights.size)
    signal, noise = sums.sum(axis=1)
    return float(signal), float(noise)


def errors_of_steps(
    weights: Weights, steps: Steps, scales: Scales, limit: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(channels, candidates) float64, twice: of each channel the sums of ``error^2`` and of
    ``error = w - values * scale`` that each candidate would make.

    steps, scales: (channels, candidates).
    """
    layout = _layout(weights.shape)
    candidates = steps.shape[1]
    errors = np.empty((2, layout.chunks * layout.found * candidates))
    arrays = (*_ordered(layout, inverses_of(steps), scales.astype(np.float32)), *errors)
    work = weights.size * candidates // _COMPARED
    _run(layout, "compare_steps", weights, arrays, (limit, candidates), work=work)
    squares, sums = (layout.by_channel(each, candidates).sum(axis=0) for each in errors)
    return squares, sums


def best_steps(weights: Weights, steps: Steps, limit: int, mean: float) -> NDArray[np.int64]:
    """(channels,): the number of each channel's candidate with the least ``sum(error^2) +
    mean * sum(error)^2``, the first of equals.

    steps: (channels, candidates); scales are the same in float32.
    """
    layout = _whole_channels(_layout(weights.shape))
    if layout is None:
        return least(*errors_of_steps(weights, steps, steps.astype(np.float32), limit), mean)
    candidates, best = steps.shape[1], np.empty(len(steps), np.int64)
    arrays = (*_ordered(layout, steps.astype(np.float64, copy=False)), best)
    work = weights.size * candidates // _COMPARED
    _run(layout, "best_steps", weights, arrays, (limit, candidates, mean), work=work)
    return best


@dataclass(frozen=True)
class _Rows:
    """Weights of which a row of ``count`` shares a scale. ``found``: numbers for a chunk."""

    outer: int
    channels: int
    count: int
    module = "weight_rows"
    found = 1

    @property
    def parts(self) -> int:
        return -(-self.count // _PART)

    @property
    def chunks(self) -> int:
        return self.outer * self.channels * self.parts

    @property
    def shape(self) -> tuple[int, ...]:
        return self.count, self.parts, _PART, self.channels

    def first(self, chunk: int) -> int:
        """The number of a chunk's first weight."""
        return chunk // self.parts * self.count + chunk % self.parts * _PART

    def ordered(self, steps: NDArray[Any]) -> NDArray[Any]:
        """(channels, candidates) as the kernels read it."""
        return steps

    def by_channel(self, found: NDArray[Any], candidates: int) -> NDArray[Any]:
        """What was found of chunks: (..., channels, candidates)."""
        of_parts = found.reshape(self.outer, self.channels, self.parts, candidates)
        return of_parts.swapaxes(1, 2).reshape(-1, self.channels, candidates)


@dataclass(frozen=True)
class _Columns:
    """Weights of which a column shares a scale."""

    rows: int
    columns: int
    module = "weight_columns"

    @property
    def block(self) -> int:
        return max(_BLOCK_ROWS, _PART // self.columns)

    @property
    def chunks(self) -> int:
        return -(-self.rows // self.block)

    @property
    def found(self) -> int:
        return self.columns

    @property
    def shape(self) -> tuple[int, ...]:
        return self.rows, self.columns, self.block

    def first(self, chunk: int) -> int:
        """The number of a chunk's first weight."""
        return min(chunk * self.block, self.rows) * self.columns

    def ordered(self, steps: NDArray[Any]) -> NDArray[Any]:
        """(channels, candidates) as the kernels read it."""
        return steps.T

    def by_channel(self, found: NDArray[Any], candidates: int) -> NDArray[Any]:
        """What was found of chunks: (..., channels, candidates)."""
        return found.reshape(self.chunks, candidates, self.columns).swapaxes(1, 2)


@dataclass(frozen=True)
class _Strips:
    """Weights of which a column shares a scale, in chunks of whole columns."""

    rows: int
    columns: int
    module = "weight_columns"

    @property
    def chunks(self) -> int:
        return -(-self.columns // _STRIP)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.rows, self.columns

    def first(self, _: int) -> int:
        """Rows are few: nothing can be let go of before the end."""
        return 0

    def ordered(self, steps: NDArray[Any]) -> NDArray[Any]:
        """(channels, candidates) as the kernels read it."""
        return steps.T


_Layout = _Rows | _Columns


def _layout(shape: tuple[int, ...]) -> _Layout:
    outer, channels, inner = shape
    if channels == 1:
        return _Rows(1, 1, outer * inner)
    return _Columns(outer, channels) if inner == 1 else _Rows(outer, channels, inner)


def _whole_channels(layout: _Layout) -> _Rows | _Strips | None:
    """The chunks, if none needs to have only a part of a channel."""
    if isinstance(layout, _Columns):
        return _Strips(layout.rows, layout.columns) if layout.rows <= _FEW_ROWS else None
    return layout if layout.chunks == layout.channels else None


def _ordered(layout: _Layout | _Strips, *of_channels: NDArray[Any]) -> list[NDArray[Any]]:
    """(channels,) or (channels, candidates) each, as the kernels read them."""
    shaped = (each.reshape(len(each), -1) for each in of_channels)
    return [np.ascontiguousarray(layout.ordered(each)) for each in shaped]


def _run(
    layout: _Layout | _Strips,
    name: str,
    weights: Weights,
    arrays: tuple[NDArray[Any], ...],
    numbers: tuple[float, ...] = (),
    *,
    work: int,
) -> None:
    """Runs a kernel, which takes the time of ``work`` roundings. Lets go of the pages of
    ``weights`` as it advances, if they are many."""
    code = kernel(f"{layout.module}.{name}")
    arguments: tuple[Argument, ...] = (weights, *arrays, *layout.shape, *numbers)
    slab = max(1, layout.chunks * _SLAB // weights.size)
    flat = weights.reshape(-1)

    def after(begin: int, end: int) -> None:
        if slab < layout.chunks:
            release(flat[layout.first(begin) : layout.first(end)])

    threads = min(processors(), -(-work // _LEAST))
    run_parallel(code, arguments, layout.chunks, threads, slab, after)

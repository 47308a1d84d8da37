"""MEAN and SUM over one run of axes as instructions, as XNNPACK computes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import prod

import numpy as np

from kernels.axes import resolve_axes
from kernels.errors import TfliteQuantError
from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.value import Source, Value, new_value
from kernels.isa import instruction_set
from kernels.node import Node
from kernels.ops.quantized_reduction import xnnpack_scaling

GRAIN = 1 << 15
"""Numbers that a thread reads at least."""
LARGEST_SUM = 2**31 - 1
QMIN = -128


@dataclass(frozen=True)
class _Case:
    """x as (outer, count, inner), of which ``count`` is summed; ``is_last``: there is no axis
    behind it."""

    x: Value
    outer: int
    count: int
    inner: int
    is_last: bool
    shape: tuple[int, ...]


def mean(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """MEAN."""
    return _lowered(node, inputs, is_mean=True)


def total(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """SUM."""
    return _lowered(node, inputs, is_mean=False)


def _lowered(node: Node, inputs: Sequence[Source | None], is_mean: bool) -> Lowered | None:
    try:
        case = _case(node, inputs)
        if case is None:
            return None
        if case.x.dtype == np.float32:
            return _of_floats(case, np.float32(1) / case.count if is_mean else np.float32(1))
        return _of_bytes(node, case, is_mean)
    except TfliteQuantError:
        return None  # the plain kernel says what is wrong


def _case(node: Node, inputs: Sequence[Source | None]) -> _Case | None:
    x, axes = inputs[:2]
    if not (isinstance(x, Value) and isinstance(axes, np.ndarray) and axes.dtype == np.int32):
        return None
    summed = resolve_axes(axes, len(x.shape))
    runs = [
        (is_summed, prod(x.shape[axis] for axis in run))
        for is_summed, run in groupby(range(len(x.shape)), lambda axis: axis in summed)
    ]
    if not x.count or sum(is_summed for is_summed, _ in runs) != 1:
        return None
    place = [is_summed for is_summed, _ in runs].index(True)
    sizes = [size for _, size in runs]
    kept = bool(node.options.keep_dims)
    shape = tuple(
        1 if axis in summed else size
        for axis, size in enumerate(x.shape)
        if kept or axis not in summed
    )
    return _Case(
        x,
        prod(sizes[:place]),
        sizes[place],
        prod(sizes[place + 1 :]),
        place == len(sizes) - 1,
        shape,
    )


def _of_floats(case: _Case, scale: np.float32) -> Lowered:
    name = f"axes_{instruction_set().name}"
    if case.is_last:
        return _made(case, f"{name}.scaled_lanes", (case.count, float(scale)))
    return _made(case, f"{name}.scaled_rows", (case.count, case.inner, float(scale)))


def _of_bytes(node: Node, case: _Case, is_mean: bool) -> Lowered | None:
    scaling = xnnpack_scaling(node, case.count, is_mean) if case.x.dtype == np.int8 else None
    if scaling is None or case.count * -QMIN > LARGEST_SUM or not np.all(np.isfinite(scaling)):
        return None
    name, numbers = f"axes_{instruction_set().name}", tuple(map(float, scaling))
    if case.is_last:
        return _made(case, f"{name}.requantized_lanes", (case.count, *numbers))
    return _made(case, f"{name}.requantized_rows", (case.count, case.inner, *numbers))


def _made(case: _Case, kernel: str, numbers: tuple[float, ...]) -> Lowered:
    y = new_value(case.shape, case.x.dtype)
    taken = max(1, GRAIN // (case.count * case.inner))
    return Lowered((y,), (Instruction(kernel, (case.x, y, *numbers), case.outer, taken),))

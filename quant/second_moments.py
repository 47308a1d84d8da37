"""How what an operator reads varies together: in the quantized network, and with the float one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels.errors import DataError
from kernels.kernel import kernel
from kernels.parallel import processors, run_parallel

Doubles = NDArray[np.float64]
Windows = NDArray[np.float32]


@dataclass(frozen=True)
class SecondMoments:
    """Of windows y of the quantized network and x of the float one: ``covariance`` (groups, depth,
    depth) of y, ``cross`` of x and y, ``float_covariance`` of x; ``means`` (groups, depth) of y,
    ``float_means`` of x."""

    covariance: Doubles
    cross: Doubles
    float_covariance: Doubles
    means: Doubles
    float_means: Doubles

    @property
    def variances(self) -> Doubles:
        """(groups, depth), of y."""
        made: Doubles = np.einsum("gii->gi", self.covariance)
        return made


@dataclass(frozen=True)
class SplitMoments:
    """Of all samples; of those to ``learn`` from; and of the others, to ``check`` what is learned:
    None where there are too few samples."""

    all: SecondMoments
    learn: SecondMoments | None = None
    check: SecondMoments | None = None


CHECK_EVERY = 4
"""Which samples are for the check."""


def second_moments(pairs: Iterable[tuple[Windows, Windows]], by_channel: bool) -> SplitMoments:
    """Of pairs of windows for each sample, the float network's and the quantized one's, as
    ``WeightProduct`` has them. Sums are added up in the same order however many threads there are.

    Raises DataError for no pairs.
    """
    sums: dict[bool, _Sums] = {}
    for number, (x, y) in enumerate(pairs):
        checks = number % CHECK_EVERY == CHECK_EVERY - 1
        added = _sums(x, y, by_channel)
        sums[checks] = sums[checks].plus(added) if checks in sums else added
    if not sums:
        raise DataError("there are no samples to learn the rounding from.", "Give at least one.")
    if len(sums) == 1:
        return SplitMoments(_moments(sums[False]))
    total = sums[False].plus(sums[True])
    return SplitMoments(*map(_moments, (total, sums[False], sums[True])))


@dataclass(frozen=True)
class _Sums:
    """Over ``count`` positions: of products y y, x y and x x, of y and of x."""

    count: int
    values: tuple[Doubles, ...]

    def plus(self, other: _Sums) -> _Sums:
        added = tuple(a + b for a, b in zip(self.values, other.values, strict=True))
        return _Sums(self.count + other.count, added)


def _sums(x: Windows, y: Windows, by_channel: bool) -> _Sums:
    products = tuple(_products(*each, by_channel) for each in ((y, y), (x, y), (x, x)))
    totals = tuple(_totals(each, by_channel) for each in (y, x))
    return _Sums(y.shape[0 if by_channel else 1], (*products, *totals))


def _moments(sums: _Sums) -> SecondMoments:
    own, cross, float_own, means, float_means = (each / sums.count for each in sums.values)
    return SecondMoments(
        own - _outer(means, means),
        cross - _outer(float_means, means),
        float_own - _outer(float_means, float_means),
        means,
        float_means,
    )


def _outer(left: Doubles, right: Doubles) -> Doubles:
    return left[:, :, np.newaxis] * right[:, np.newaxis]


def _totals(windows: Windows, by_channel: bool) -> Doubles:
    """(groups, depth)."""
    totals: Doubles = windows.sum(axis=0 if by_channel else 1, dtype=np.float64)
    return totals.T if by_channel else totals


def _products(left: Windows, right: Windows, by_channel: bool) -> Doubles:
    """(groups, depth, depth): sums over positions, which are few enough for float32."""
    if by_channel:
        positions, depth, groups = left.shape
        name, shape, chunks = "add_depthwise", (depth, depth, groups), depth * depth
    else:
        groups, positions, depth = left.shape
        name, shape, chunks = "add_dense", (groups, depth, depth), groups * depth
    sums = np.zeros(shape, np.float32)
    sizes = (positions, depth, groups) if by_channel else (positions, depth)
    code = kernel(f"second_moments.{name}")
    run_parallel(code, (left, right, sums, *sizes), chunks, _threads(sums.size * positions))
    made = sums.astype(np.float64)
    return np.ascontiguousarray(made.transpose(2, 0, 1)) if by_channel else made


_LEAST_WORK = 1 << 21
"""Multiplications that are worth a thread."""


def _threads(work: int) -> int:
    return max(1, min(processors(), work // _LEAST_WORK))

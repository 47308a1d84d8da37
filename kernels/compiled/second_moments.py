"""Sums of products of what operators read, from which the errors of their outputs follow."""

from __future__ import annotations

from kernels.field_types import FLOATS, INDEX, Array
from kernels.jit import kernel


@kernel(FLOATS, FLOATS, FLOATS, INDEX, INDEX)
def add_dense(
    left: Array, right: Array, sums: Array, positions: int, depth: int, begin: int, end: int
) -> None:
    """Row i of a group: ``sums[g, i, j] += left[g, p, i] * right[g, p, j]`` for every p and j.

    left, right: (groups, positions, depth); sums: (groups, depth, depth), of which a chunk is a
    row.
    """
    for chunk in range(begin, end):
        group, i = chunk // depth, chunk % depth
        at, out, p = group * positions * depth, chunk * depth, 0
        while p + 4 <= positions:
            b = at + p * depth
            a0, a1 = left[b + i], left[b + depth + i]
            a2, a3 = left[b + 2 * depth + i], left[b + 3 * depth + i]
            for j in range(depth):
                two = a0 * right[b + j] + a1 * right[b + depth + j]
                sums[out + j] += two + (
                    a2 * right[b + 2 * depth + j] + a3 * right[b + 3 * depth + j]
                )
            p += 4
        while p < positions:
            b = at + p * depth
            for j in range(depth):
                sums[out + j] += left[b + i] * right[b + j]
            p += 1


@kernel(FLOATS, FLOATS, FLOATS, INDEX, INDEX, INDEX)
def add_depthwise(
    left: Array,
    right: Array,
    sums: Array,
    positions: int,
    taps: int,
    channels: int,
    begin: int,
    end: int,
) -> None:
    """Two taps t and u: ``sums[t, u, c] += left[p, t, c] * right[p, u, c]`` for every p and c.

    left, right: (positions, taps, channels); sums: (taps, taps, channels), of which a chunk is a
    row.
    """
    for chunk in range(begin, end):
        t, u, out = chunk // taps, chunk % taps, chunk * channels
        for p in range(positions):
            a, b = (p * taps + t) * channels, (p * taps + u) * channels
            for c in range(channels):
                sums[out + c] += left[a + c] * right[b + c]

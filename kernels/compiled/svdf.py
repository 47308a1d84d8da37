"""SVDF: a filter over time, as ``kernels.ops.svdf`` has it. Sums are of every fourth term, added
up in order, then of what is left over."""

from __future__ import annotations

from kernels.compiled.scalars import Float32, f32
from kernels.field_types import FLOATS, INDEX, Array
from kernels.jit import inline, kernel

ZERO = f32(0)
LANES = 4


@inline
def filtered(state: Array, start: int, weights: Array, first: int, memory: int) -> Float32:
    """The sum of what a filter remembers, weighted."""
    whole = memory // LANES * LANES
    total = ZERO
    for lane in range(LANES):
        part = ZERO
        for m in range(lane, whole, LANES):
            part += state[start + m] * weights[first + m]
        total += part
    for m in range(whole, memory):
        total += state[start + m] * weights[first + m]
    return total


@inline
def remember(state: Array, start: int, memory: int, feature: Float32) -> None:
    """Forgets the oldest feature of a filter."""
    for m in range(memory - 1):
        state[start + m] = state[start + m + 1]
    state[start + memory - 1] = feature


@kernel(FLOATS, FLOATS, FLOATS, FLOATS, FLOATS, INDEX, INDEX, INDEX)
def filter_features(
    features: Array,
    weights: Array,
    bias: Array,
    state: Array,
    y: Array,
    units: int,
    rank: int,
    memory: int,
    begin: int,
    end: int,
) -> None:
    """features: (batch, units * rank); weights: (units * rank, memory); bias: (units,); state:
    (batch, units * rank, memory), updated; y: (batch, units), of which a chunk is an element."""
    whole = rank // LANES * LANES
    for chunk in range(begin, end):
        unit = chunk % units
        for r in range(rank):
            remember(state, (chunk * rank + r) * memory, memory, features[chunk * rank + r])
        total = ZERO
        for lane in range(LANES):
            part = ZERO
            for r in range(lane, whole, LANES):
                start = (chunk * rank + r) * memory
                part += filtered(state, start, weights, (unit * rank + r) * memory, memory)
            total += part
        for r in range(whole, rank):
            start = (chunk * rank + r) * memory
            total += filtered(state, start, weights, (unit * rank + r) * memory, memory)
        y[chunk] = total + bias[unit]

"""SVDF: a filter over time, as ``kernels.ops.svdf`` has it. Sums are of every fourth term, added
up in order, then of what is left over."""

from __future__ import annotations

from typing import Any

import numpy as np

from kernels.field_types import FLOATS, INDEX, Array
from kernels.jit import inline, kernel

ZERO: Any = np.float32(0)
LANES = 4


@inline
def lane_sum(x: Array, start: int, count: int) -> Any:
    """The sum of numbers next to each other."""
    whole = count // LANES * LANES
    total = ZERO
    for lane in range(LANES):
        part = ZERO
        for i in range(start + lane, start + whole, LANES):
            part += x[i]
        total += part
    for i in range(start + whole, start + count):
        total += x[i]
    return total


@kernel(*[FLOATS] * 6, INDEX, INDEX, INDEX)
def filter_features(
    features: Array,
    weights: Array,
    bias: Array,
    state: Array,
    products: Array,
    y: Array,
    units: int,
    rank: int,
    memory: int,
    begin: int,
    end: int,
) -> None:
    """features: (batch, units * rank), which become what the filters make of them; weights:
    (units * rank, memory); bias: (units,); state: (batch, units * rank, memory), updated, and
    products, its shape; y: (batch, units), of which a chunk is an element."""
    for chunk in range(begin, end):
        unit = chunk % units
        for r in range(rank):
            start, own = (chunk * rank + r) * memory, (unit * rank + r) * memory
            for m in range(memory):
                fresh = features[chunk * rank + r] if m == memory - 1 else state[start + m + 1]
                state[start + m] = fresh
                products[start + m] = fresh * weights[own + m]
            features[chunk * rank + r] = lane_sum(products, start, memory)
        y[chunk] = lane_sum(features, chunk * rank, rank) + bias[unit]

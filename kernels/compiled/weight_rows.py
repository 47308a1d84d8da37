"""Weights of which a row shares a scale: row r has that of channel ``r % channels``.

A row of ``count`` weights has ``parts`` parts of ``part`` weights, the last maybe of fewer, and a
chunk is a part. steps: (channels,) float64; scales: (channels,) float32; ``limit``: the largest
integer. What is found of a chunk is written at its number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kernels.compiled.row_ranges import extreme_place
from kernels.compiled.vector_ir import (
    DOUBLE,
    FLOAT,
    INT32,
    INT64,
    Register,
    constant,
    load,
    loop,
    maximum,
    minimum,
    select,
    splat,
    store,
    times,
    to_double,
    to_single,
)
from kernels.compiled.vector_kernel import vector_kernel
from kernels.compiled.weight_integers import (
    LANES,
    everywhere,
    floats_at,
    in_every_place,
    integers,
    larger_magnitude,
    near_integers,
    over_vectors,
    restored,
    squared,
    store_integers,
    total,
)
from kernels.field_types import INDEX, MEMORY, NUMBER

_SHAPE = {"count": INDEX, "parts": INDEX, "part": INDEX, "channels": INDEX}


@dataclass(frozen=True)
class _Part:
    """The number of the first weight, how many there are, and whose scale they have."""

    first: Register
    count: Register
    row: Register


def _part(f: Any, chunk: Register) -> _Part:
    row, start = chunk // f.parts, chunk % f.parts * f.part
    return _Part(row * f.count + start, minimum(f.count - start, f.part), row)


@vector_kernel(x=MEMORY, largest=MEMORY, **_SHAPE)
def find_largest(f: Any, chunk: Register) -> None:
    """The bits of the largest magnitude: largest (chunks,) int32."""
    part = _part(f, chunk)
    x = f.x + part.first * FLOAT.size

    def turn(place: Register, mask: Register | None, found: Register) -> Sequence[Register]:
        return (larger_magnitude(found, x + place * FLOAT.size, mask),)

    (found,) = over_vectors(part.count, [constant(x, INT32 * LANES, 0)], turn)
    store(extreme_place(found, maximum), f.largest + chunk * INT32.size)


@vector_kernel(
    **dict.fromkeys(("x", "steps", "scales", "y", "signals", "noises"), MEMORY),
    **_SHAPE,
    limit=INDEX,
)
def round_nearest(f: Any, chunk: Register) -> None:
    """y: the integers, int8; signals, noises: (chunks,) float64, sums of squared weights and of
    squared errors."""
    part = _part(f, chunk)
    channel = part.row % f.channels
    step = in_every_place(f.steps, channel, DOUBLE)
    scale = in_every_place(f.scales, channel, FLOAT)
    limit = everywhere(f.limit)

    def turn(
        place: Register, mask: Register | None, signal: Register, noise: Register
    ) -> Sequence[Register]:
        at = part.first + place
        weights = floats_at(f.x + at * FLOAT.size, mask)
        made = integers(weights, step, limit)
        store_integers(made, f.y + at, mask)
        error = to_double(weights) - to_double(restored(made, scale))
        return signal + squared(to_double(weights)), noise + squared(error)

    sums = over_vectors(part.count, [constant(chunk, DOUBLE * LANES, 0.0)] * 2, turn)
    for found, address in zip(sums, (f.signals, f.noises), strict=True):
        store(total(found), address + chunk * DOUBLE.size)


@vector_kernel(
    **dict.fromkeys(("x", "inverses", "scales", "noises", "biases"), MEMORY),
    **_SHAPE,
    limit=INDEX,
    candidates=INDEX,
)
def compare_steps(f: Any, chunk: Register) -> None:
    """The errors that each of some steps would make. inverses, of steps, and scales: (channels,
    candidates) float32; noises, biases: (chunks, candidates) float64, sums of squared errors and
    of errors."""
    part = _part(f, chunk)

    def compare(number: Register) -> None:
        at = part.row % f.channels * f.candidates + number
        inverse, scale = (in_every_place(each, at, FLOAT) for each in (f.inverses, f.scales))
        sums = _errors(f, part, inverse, scale)
        for found, address in zip(sums, (f.noises, f.biases), strict=True):
            store(found, address + (chunk * f.candidates + number) * DOUBLE.size)

    times(f.candidates, compare)


@vector_kernel(
    **dict.fromkeys(("x", "steps", "best"), MEMORY),
    **_SHAPE,
    limit=INDEX,
    candidates=INDEX,
    mean=NUMBER,
)
def best_steps(f: Any, chunk: Register) -> None:
    """The number of the step with the least sum of squared errors and ``mean`` times the squared
    sum of errors, the first of equals, where a chunk is a channel. steps: (channels, candidates)
    float64; best: (channels,) int64."""
    part, mean = _part(f, chunk), to_double(f.mean)

    def compare(number: Register, least: Register, best: Register) -> Sequence[Register]:
        step = load(f.steps + (chunk * f.candidates + number) * DOUBLE.size, DOUBLE)
        inverse = to_single(constant(step, DOUBLE, 1.0) / step)
        noise, bias = _errors(f, part, splat(inverse, LANES), splat(to_single(step), LANES))
        error = noise + mean * squared(bias)
        better = error < least
        return select(better, error, least), select(better, number, best)

    start = constant(chunk, DOUBLE, math.inf), constant(chunk, INT64, 0)
    _, best = loop(f.candidates, start, compare)
    store(best, f.best + chunk * INT64.size)


def _errors(f: Any, part: _Part, inverse: Register, scale: Register) -> list[Register]:
    """The sums of squared errors and of errors that a step would make, float64."""
    x, limit = f.x + part.first * FLOAT.size, everywhere(f.limit)

    def turn(
        place: Register, mask: Register | None, noise: Register, bias: Register
    ) -> Sequence[Register]:
        weights = floats_at(x + place * FLOAT.size, mask)
        error = weights - restored(near_integers(weights, inverse, limit), scale)
        return noise + squared(error), bias + error

    sums = over_vectors(part.count, [constant(x, FLOAT * LANES, 0.0)] * 2, turn)
    return [total(to_double(found)) for found in sums]

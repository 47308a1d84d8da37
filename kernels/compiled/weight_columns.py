"""Weights of which a column shares a scale: x (rows, columns).

A chunk is a block of ``block`` rows, the last maybe of fewer. steps: (columns,) float64; scales:
(columns,) float32; ``limit``: the largest integer. What is found of a chunk is written at its
number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from kernels.compiled.vector_ir import (
    DOUBLE,
    FLOAT,
    INT32,
    INT64,
    Register,
    constant,
    first_places,
    load,
    loop,
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

_SHAPE = {"rows": INDEX, "columns": INDEX, "block": INDEX}


def _rows(f: Any, chunk: Register) -> tuple[Register, Register]:
    """The number of a chunk's first weight, and how many rows it has."""
    first = chunk * f.block
    return first * f.columns, minimum(f.rows - first, f.block)


@vector_kernel(x=MEMORY, largest=MEMORY, **_SHAPE)
def find_largest(f: Any, chunk: Register) -> None:
    """The bits of the largest magnitudes: largest (chunks, columns) int32."""
    first, rows = _rows(f, chunk)

    def strip(column: Register, mask: Register | None) -> Sequence[Register]:
        def row(number: Register, found: Register) -> Sequence[Register]:
            at = first + number * f.columns + column
            return (larger_magnitude(found, f.x + at * FLOAT.size, mask),)

        (found,) = loop(rows, [constant(column, INT32 * LANES, 0)], row)
        store(found, f.largest + (chunk * f.columns + column) * INT32.size, mask)
        return ()

    over_vectors(f.columns, (), strip)


@vector_kernel(
    **dict.fromkeys(("x", "steps", "scales", "y", "signals", "noises"), MEMORY),
    **_SHAPE,
    limit=INDEX,
)
def round_nearest(f: Any, chunk: Register) -> None:
    """y: the integers, int8; signals, noises: (chunks,) float64, sums of squared weights and of
    squared errors."""
    first, rows = _rows(f, chunk)
    limit = everywhere(f.limit)

    def strip(
        column: Register, mask: Register | None, signal: Register, noise: Register
    ) -> Sequence[Register]:
        step, scale = _steps(f, column, mask)

        def row(number: Register, signal: Register, noise: Register) -> Sequence[Register]:
            at = first + number * f.columns + column
            weights = floats_at(f.x + at * FLOAT.size, mask)
            made = integers(weights, step, limit)
            store_integers(made, f.y + at, mask)
            error = to_double(weights) - to_double(restored(made, scale))
            return signal + squared(to_double(weights)), noise + squared(error)

        return loop(rows, [signal, noise], row)

    sums = over_vectors(f.columns, [constant(chunk, DOUBLE * LANES, 0.0)] * 2, strip)
    for found, address in zip(sums, (f.signals, f.noises), strict=True):
        store(total(found), address + chunk * DOUBLE.size)


@vector_kernel(
    **dict.fromkeys(("x", "inverses", "scales", "noises", "biases"), MEMORY),
    **_SHAPE,
    limit=INDEX,
    candidates=INDEX,
)
def compare_steps(f: Any, chunk: Register) -> None:
    """The errors that each of some steps would make. inverses, of steps, and scales: (candidates,
    columns) float32; noises, biases: (chunks, candidates, columns) float64, sums of squared errors
    and of errors."""
    first, rows = _rows(f, chunk)
    limit = everywhere(f.limit)

    def strip(column: Register, mask: Register | None) -> Sequence[Register]:
        def compare(number: Register) -> None:
            at = (number * f.columns + column) * FLOAT.size
            inverse, scale = (floats_at(each + at, mask) for each in (f.inverses, f.scales))

            def row(number: Register, noise: Register, bias: Register) -> Sequence[Register]:
                at = first + number * f.columns + column
                weights = floats_at(f.x + at * FLOAT.size, mask)
                error = weights - restored(near_integers(weights, inverse, limit), scale)
                return noise + squared(error), bias + error

            sums = loop(rows, [constant(column, FLOAT * LANES, 0.0)] * 2, row)
            at = (chunk * f.candidates + number) * f.columns + column
            for found, address in zip(sums, (f.noises, f.biases), strict=True):
                store(to_double(found), address + at * DOUBLE.size, mask)

        times(f.candidates, compare)
        return ()

    over_vectors(f.columns, (), strip)


@vector_kernel(
    **dict.fromkeys(("x", "steps", "best"), MEMORY),
    rows=INDEX,
    columns=INDEX,
    limit=INDEX,
    candidates=INDEX,
    mean=NUMBER,
)
def best_steps(f: Any, chunk: Register) -> None:
    """The numbers of the steps with the least sum of squared errors and ``mean`` times the squared
    sum of errors, the first of equals. steps: (candidates, columns) float64; best: (columns,)
    int64. A chunk is a vector of columns."""
    column, limit = chunk * LANES, everywhere(f.limit)
    mask = first_places(f.columns - column, LANES)
    mean = splat(to_double(f.mean), LANES)

    def compare(number: Register, least: Register, best: Register) -> Sequence[Register]:
        at = number * f.columns + column
        step = load(f.steps + at * DOUBLE.size, DOUBLE * LANES, mask)
        step = select(mask, step, constant(at, DOUBLE * LANES, 1.0))
        inverse, scale = to_single(constant(at, DOUBLE * LANES, 1.0) / step), to_single(step)

        def row(number: Register, noise: Register, bias: Register) -> Sequence[Register]:
            weights = floats_at(f.x + (number * f.columns + column) * FLOAT.size, mask)
            error = weights - restored(near_integers(weights, inverse, limit), scale)
            return noise + squared(error), bias + error

        sums = loop(f.rows, [constant(column, FLOAT * LANES, 0.0)] * 2, row)
        noise, bias = (to_double(each) for each in sums)
        error = noise + mean * squared(bias)
        better = error < least
        return select(better, error, least), select(better, splat(number, LANES), best)

    start = constant(chunk, DOUBLE * LANES, math.inf), constant(chunk, INT64 * LANES, 0)
    _, best = loop(f.candidates, start, compare)
    store(best, f.best + column * INT64.size, mask)


def _steps(f: Any, at: Register, mask: Register | None) -> tuple[Register, Register]:
    """The steps and scales of a vector of columns. Where it is masked, weights are 0 and the step
    is 1: that makes no error."""
    steps = load(f.steps + at * DOUBLE.size, DOUBLE * LANES, mask)
    if mask is not None:
        steps = select(mask, steps, constant(at, DOUBLE * LANES, 1.0))
    return steps, load(f.scales + at * FLOAT.size, FLOAT * LANES, mask)

"""What TFLite's kernels compute with Eigen, in its vectors of LANES floats without fma, as on x86.

Elements are taken in the order of their memory; those at the end that do not fill a vector are
computed one by one, with the C library's functions. Results are those of LiteRT to the bit.
Sources: ``pexp_float`` (Eigen/src/Core/arch/Default/GenericPacketMathFunctions.h) and
``redux_impl`` (Eigen/src/Core/Redux.h) of libeigen.
"""

from __future__ import annotations

import numpy as np

from kernels.float_functions import below_largest, reference_exp, reference_log
from kernels.node import Array
from kernels.transcendental import LN2_HIGH, LN2_LOW, LOG2_E, LOGISTIC_BOUNDS, polynomial
from kernels.transcendental import logistic as vector_logistic

f32 = np.float32

LANES = 4
EXP_BOUNDS = f32(-104.0), f32(88.723)
"""Below the first exp is 0, beyond the second it no longer grows."""
EXP_EVEN = np.array(
    [1.37449637986719608306884765625e-3, 4.166965186595916748046875e-2, 0.49999988079071044921875],
    f32,
)
EXP_ODD = np.array([8.36894474923610687255859375e-3, 0.16666518151760101318359375], f32)
"""Coefficients of r**2 in exp(r) = 1 + r + r**2 * (even + r * odd)."""


def whole_vectors(count: int) -> int:
    """How many of so many elements are in vectors."""
    return count // LANES * LANES


def exp_of_rows(x: Array) -> Array:
    """exp(x), where every row, the last axis, begins with a vector."""
    whole = whole_vectors(x.shape[-1])
    return np.concatenate([vector_exp(x[..., :whole]), reference_exp(x[..., whole:])], axis=-1)


def vector_exp(x: Array) -> Array:
    """exp(x) = 2**m * exp(r) of elements that are in vectors; NaN stays NaN."""
    low, high = EXP_BOUNDS
    bounded = np.clip(x, low, high)
    exponent = np.floor(bounded * LOG2_E + f32(0.5))
    r = (bounded - exponent * LN2_HIGH) - exponent * LN2_LOW
    square = r * r
    series = r * polynomial(square, EXP_ODD) + polynomial(square, EXP_EVEN)
    power = np.ldexp(square * series + (r + f32(1)), exponent.astype(np.int32))
    return np.where(x < low, f32(0), power)


def sum_of_rows(x: Array) -> Array:
    """The sums over the last axis, without it, where every row begins with a vector."""
    return _sums(x, 0)


def sum_of_rows_in_memory(x: Array) -> Array:
    """The same where rows (.., n) follow each other, so that some begin within a vector."""
    *shape, count = x.shape
    rows = x.reshape(-1, count)
    before = -count * np.arange(len(rows)) % LANES
    total = np.empty(len(rows), f32)
    for head in range(LANES):
        total[before == head] = _sums(rows[before == head], head)
    return total.reshape(shape)


def _sums(x: Array, head: int) -> Array:
    """Two vectors at a time to two sums, then those; the halves of a vector; then the elements
    before the first vector, ``head`` of them, and what is left over, one by one."""
    *shape, count = x.shape
    whole = whole_vectors(max(count - head, 0))
    end = head + whole if whole else 0
    vectors = x[..., end - whole : end].reshape(*shape, whole // LANES, LANES)
    total = _sum_of_vectors(vectors) if whole else np.zeros(shape, f32)
    for place in (*range(end - whole), *range(end, count)):
        total = total + x[..., place]
    return total


def _sum_of_vectors(vectors: Array) -> Array:
    """vectors: (.., n, LANES), n > 0."""
    paired = vectors.shape[-2] // 2 * 2
    lanes = vectors[..., 0, :]
    if paired:
        even, odd = (vectors[..., start:paired:2, :] for start in range(2))
        lanes = _in_order(even) + _in_order(odd)
        for place in range(paired, vectors.shape[-2]):
            lanes = lanes + vectors[..., place, :]
    total: Array = (lanes[..., 0] + lanes[..., 2]) + (lanes[..., 1] + lanes[..., 3])
    return total


def _in_order(vectors: Array) -> Array:
    added: Array = np.add.accumulate(vectors, axis=-2, dtype=f32)[..., -1, :]
    return added


def in_vectors(count: int, start: int) -> Array:
    """Which of so many elements are in vectors, (count,) bool, if the first is ``start`` elements
    after the beginning of a vector."""
    head = min(-start % LANES, count)
    places = np.arange(count)
    return (places >= head) & (places < head + whole_vectors(count - head))


def logistic(x: Array, in_vector: Array) -> Array:
    """1 / (1 + exp(-x)); ``in_vector`` has the shape of x."""
    if in_vector.all():
        return vector_logistic(x)
    power = reference_exp(np.minimum(x, LOGISTIC_BOUNDS[1]))
    return np.where(in_vector, vector_logistic(x), power / (f32(1) + power))


def optimized_softmax(x: Array, beta: np.float32) -> Array:
    """exp(beta * x) over its sum along the last axis, as TFLite's optimized kernel: the tensor is
    one row of exponentials."""
    centred = below_largest(x) * beta
    powers = exp_of_rows(centred.reshape(1, centred.size)).reshape(centred.shape)
    return powers * np.reciprocal(sum_of_rows_in_memory(powers))[..., np.newaxis]


def optimized_log_softmax(x: Array) -> Array:
    """x - log(sum(exp(x))) along the last axis, as TFLite's optimized kernel."""
    centred = below_largest(x)
    return centred - reference_log(sum_of_rows(exp_of_rows(centred)))[..., np.newaxis]

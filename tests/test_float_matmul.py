from fractions import Fraction

import numpy as np
import pytest

from kernels.float_matmul import (
    LANES,
    NARROW,
    fused_matmul,
    lane_matmul,
    rounded_matmul,
    runtime_matmul,
)
from kernels.node import REFERENCE, XNNPACK

f32 = np.float32

SHAPES = [(1, 1, 1), (3, 5, 7), (2, 64, 33), (5, 65, 3), (40, 131, 2), (NARROW, 70, NARROW)]


def fma(a: np.float32, b: np.float32, c: np.float32) -> np.float32:
    """a * b + c of exact numbers, rounded to the nearest of the two float32 around it."""
    exact = Fraction(float(a)) * Fraction(float(b)) + Fraction(float(c))
    guess = f32(float(exact))
    around = [guess, np.nextafter(guess, f32(-np.inf)), np.nextafter(guess, f32(np.inf))]
    return min(around, key=lambda x: (abs(Fraction(float(x)) - exact), int(x.view(np.int32)) & 1))


def operands(seed, m, k, n):
    rng = np.random.default_rng(seed)
    arrays = (rng.standard_normal(shape).astype(f32) for shape in ((m, k), (k, n), (n,)))
    return tuple(arrays)


@pytest.mark.parametrize("shape", SHAPES)
def test_fused_sums_run_from_the_start_in_order(shape):
    left, right, start = operands(sum(shape), *shape)
    expected = np.broadcast_to(start, (shape[0], shape[2])).copy()
    for (row, column), value in np.ndenumerate(expected):
        for p in range(shape[1]):
            value = fma(left[row, p], right[p, column], value)
        expected[row, column] = value
    np.testing.assert_array_equal(fused_matmul(left, right, start), expected)


@pytest.mark.parametrize("shape", SHAPES)
def test_rounded_sums_run_from_the_start_in_order(shape):
    left, right, start = operands(sum(shape), *shape)
    expected = np.broadcast_to(start, (shape[0], shape[2])).copy()
    for p in range(shape[1]):
        expected = expected + left[:, p, np.newaxis] * right[p]
    np.testing.assert_array_equal(rounded_matmul(left, right, start), expected)


@pytest.mark.parametrize("shape", [*SHAPES, (2, 3, 4), (2, 4, 3), (3, 8, 20)])
def test_lane_sums_are_added_to_the_start(shape):
    left, right, start = operands(sum(shape), *shape)
    whole = shape[1] // LANES * LANES
    expected = np.empty((shape[0], shape[2]), f32)
    for row, column in np.ndindex(*expected.shape):
        products = left[row] * right[:, column]
        lanes = [f32(0)] * LANES
        for p in range(whole):
            lanes[p % LANES] += products[p]
        value = start[column] + (((lanes[0] + lanes[1]) + lanes[2]) + lanes[3])
        for product in products[whole:]:
            value = value + product
        expected[row, column] = value
    np.testing.assert_array_equal(lane_matmul(left, right, start), expected)


def test_the_bias_is_where_each_runtime_adds_it():
    left, right, bias = operands(0, 4, 30, 20)
    np.testing.assert_array_equal(
        runtime_matmul(XNNPACK)(left, right, bias), fused_matmul(left, right, bias)
    )
    np.testing.assert_array_equal(
        runtime_matmul(REFERENCE)(left, right, bias), rounded_matmul(left, right, 0) + bias
    )


@pytest.mark.parametrize("matmul", [fused_matmul, rounded_matmul])
@pytest.mark.parametrize("shape", [(0, 3, 2), (3, 0, 2), (3, 2, 0)])
def test_empty(matmul, shape):
    left, right, _ = operands(0, *shape)
    np.testing.assert_array_equal(matmul(left, right, 7), np.full((shape[0], shape[2]), 7))


@pytest.mark.parametrize("matmul", [fused_matmul, rounded_matmul])
def test_takes_any_order_and_read_only_operands_and_leaves_them(matmul):
    left, right, start = operands(1, 6, 50, 30)
    expected = matmul(left, right, start)
    left.flags.writeable = right.flags.writeable = start.flags.writeable = False
    np.testing.assert_array_equal(
        matmul(np.asfortranarray(left), right.T.copy().T, start), expected
    )
    np.testing.assert_array_equal(matmul(left, right, start), expected)


def test_nan_stays_in_its_row():
    left, right, start = operands(2, 3, 8, 20)
    left[1, 4] = np.nan
    output = fused_matmul(left, right, start)
    assert np.isnan(output[1]).all()
    assert np.isfinite(output[[0, 2]]).all()

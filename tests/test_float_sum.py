import numpy as np
import pytest
from numpy._core._multiarray_umath import __cpu_features__

from kernels.float_sum import sum_in_order, sum_of_lanes, xnnpack_sum
from kernels.node import NUMERICS, XNNPACK
from kernels.xnnpack import fused_multiply_add
from tests.hybrid import assert_equals_litert
from tests.oracle import Fixed, operator_model, random

f32 = np.float32

SHORTER_VECTORS = 1e-5
"""How far LiteRT may be where XNNPACK has no AVX-512."""


def one_by_one(values):
    total = f32(0)
    for value in values:
        total = total + value
    return total


def lanes(values):
    """values: float32 numbers; the sum as XNNPACK's f32-rsum makes it."""
    whole = len(values) // 16 * 16
    total = sum_of_lanes_in_turns(values[:whole])
    for lane, value in enumerate(values[whole:]):
        total[lane] += value
    return halves(total)


def sum_of_lanes_in_turns(values):
    sums = [[f32(0)] * 16, [f32(0)] * 16]
    for place, value in enumerate(values):
        sums[place // 16 % 2][place % 16] += value
    return [a + b for a, b in zip(*sums, strict=True)]


def halves(total):
    for half in (8, 4, 2, 1):
        total = [total[lane] + total[lane + half] for lane in range(half)]
    return total[0]


@pytest.mark.parametrize(
    ("shape", "axes"),
    [((0,), [0]), ((3, 0), [1]), ((0, 3), [1]), ((4,), []), ((40, 3), [0]), ((3, 40), [1])],
)
def test_in_order(shape, axes):
    x = random(0, *shape)
    expected = (
        np.apply_along_axis(one_by_one, axes[0], x) if axes and x.size else x.sum(tuple(axes))
    )
    np.testing.assert_array_equal(sum_in_order(x, axes), expected)


def test_several_axes_are_one_in_order():
    x = random(1, 3, 4, 5, 6)
    expected = np.apply_along_axis(one_by_one, 0, x.transpose(0, 2, 1, 3).reshape(15, 4, 6))
    np.testing.assert_array_equal(sum_in_order(x, [0, 2]), expected)


def test_integers_wrap_around():
    x = np.full((2, 3), 2**30, np.int32)
    assert sum_in_order(x, [1]).dtype == np.int32
    np.testing.assert_array_equal(sum_in_order(x, [1]), 3 * 2**30 - 2**32)


@pytest.mark.parametrize("length", [1, 15, 16, 17, 32, 33, 48, 63, 64, 100, 500])
def test_lanes(length):
    x, scale = random(length, 3, length), f32(0.3)
    expected = [lanes(list(row)) * scale for row in x]
    np.testing.assert_array_equal(xnnpack_sum(x, [1], scale), expected)


@pytest.mark.parametrize("vectors", [3, 4, 6, 9])
def test_vectors_after_the_last_block_come_one_after_the_other(vectors):
    x = random(6, 2, 16 * vectors + 5)
    whole = 16 * (vectors // 4 * 4)
    start = [sum_of_lanes_in_turns(row[:whole]) for row in x]
    for row, total in zip(x, start, strict=True):
        for vector in range(whole, len(row), 16):
            for lane, value in enumerate(row[vector : vector + 16]):
                total[lane] += value
    np.testing.assert_array_equal(sum_of_lanes(x, 4), [halves(total) for total in start])


def test_sums_of_lanes_are_added_fused():
    x, scale = random(2, 4, 3, 20), f32(0.3)
    expected = np.zeros(3, f32)
    for rows in x:
        expected = fused_multiply_add(np.array([lanes(list(row)) for row in rows]), scale, expected)
    np.testing.assert_array_equal(xnnpack_sum(x, [0, 2], scale), expected)


def test_sums_before_other_axes_are_scaled_and_added():
    x, scale = random(3, 4, 3, 20, 5), f32(0.3)
    expected = np.zeros((3, 5), f32)
    for images in x:
        expected = expected + np.apply_along_axis(one_by_one, 1, images) * scale
    np.testing.assert_array_equal(xnnpack_sum(x, [0, 2], scale), expected)


def test_nan_stays_in_its_row():
    x = random(4, 3, 40)
    x[1, 17] = np.nan
    np.testing.assert_array_equal(np.isnan(xnnpack_sum(x, [1], f32(1))), [False, True, False])


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("operator", ["MEAN", "SUM"])
@pytest.mark.parametrize(
    ("shape", "axes"),
    [
        ((500,), [0]),
        ((3, 49), [1]),
        ((40, 3), [0]),
        ((2, 7, 9, 33), [1, 2]),
        ((2, 7, 9, 33), [1, 2, 3]),
        ((2, 3, 4, 5), [0, 1, 2, 3]),
        ((5, 3, 31), [0, 2]),
        ((5, 3, 4, 31), [1, 3]),
        ((5, 3, 4, 31), [0, 2]),
        ((4, 1, 5, 7), [0, 2]),
        ((3, 4, 33, 1), [0, 3]),
        ((2, 3, 4, 5, 6), [0, 2, 4]),
        ((2, 3, 4, 5, 6), [1, 3]),
    ],
)
def test_equals_litert(operator, shape, axes, numerics):
    x = random(5, *shape)
    expected = x.mean(tuple(axes))
    model = operator_model(operator, [x, Fixed(np.int32(axes))], [expected], {"keep_dims": False})
    fitting = numerics != XNNPACK or __cpu_features__.get("AVX512F")
    assert_equals_litert(model, [[x]], numerics, 0 if fitting else SHORTER_VECTORS)

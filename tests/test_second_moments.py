"""Covariances of windows, against NumPy's."""

import numpy as np
import pytest

from kernels import parallel
from kernels.errors import DataError
from quant import second_moments as module
from quant.second_moments import CHECK_EVERY, second_moments

DRAW = np.random.default_rng(4)


def pairs(shape, count):
    return [tuple(np.float32(DRAW.normal(0.5, 1, shape)) for _ in range(2)) for _ in range(count)]


def by_group(windows, by_channel):
    return windows.transpose(2, 0, 1) if by_channel else windows


def expected(given, by_channel):
    x, y = (
        np.concatenate([by_group(pair[i], by_channel) for pair in given], axis=1).astype(float)
        for i in range(2)
    )
    x0, y0 = (each - each.mean(axis=1, keepdims=True) for each in (x, y))
    count = x.shape[1]
    products = [a.swapaxes(1, 2) @ b / count for a, b in ((y0, y0), (x0, y0), (x0, x0))]
    return [*products, y.mean(axis=1), x.mean(axis=1)]


def values(moments):
    return [
        moments.covariance,
        moments.cross,
        moments.float_covariance,
        moments.means,
        moments.float_means,
    ]


@pytest.mark.parametrize("by_channel", [False, True])
@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 6, 5), (7, 3, 4)])
def test_moments(shape, by_channel):
    given = pairs(shape, 2 * CHECK_EVERY)
    made = second_moments(given, by_channel)
    check = given[CHECK_EVERY - 1 :: CHECK_EVERY]
    learn = [pair for i, pair in enumerate(given) if i % CHECK_EVERY != CHECK_EVERY - 1]
    for moments, samples in ((made.all, given), (made.learn, learn), (made.check, check)):
        for one, other in zip(values(moments), expected(samples, by_channel), strict=True):
            np.testing.assert_allclose(one, other, atol=1e-5)


def test_few_samples_are_all_learned_from():
    made = second_moments(pairs((1, 4, 3), CHECK_EVERY - 1), False)
    assert (made.learn, made.check) == (None, None)


def test_no_samples():
    with pytest.raises(DataError, match="no samples"):
        second_moments([], False)


def test_threads_change_nothing(monkeypatch):
    given = pairs((1, 33, 20), 3)
    monkeypatch.setattr(module, "_LEAST_WORK", 1)
    results = []
    for count in (1, 2, 5):
        monkeypatch.setattr(module, "processors", lambda count=count: count)
        results.append(values(second_moments(given, False).all))
    assert parallel.processors() >= 1
    for other in results[1:]:
        for one, same in zip(results[0], other, strict=True):
            np.testing.assert_array_equal(one, same)

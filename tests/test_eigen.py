"""Exponentials and sums in vectors of four, against float64, and softmax against LiteRT to the
bit."""

import numpy as np
import pytest

from kernels.eigen import (
    exp_of_rows,
    in_vectors,
    logistic,
    optimized_log_softmax,
    optimized_softmax,
    sum_of_rows,
    vector_exp,
)
from kernels.node import XNNPACK
from tests.oracle import check, random

COUNTS = [0, 1, 3, 4, 5, 8, 11, 12, 16, 23, 1001]


def test_exp_is_near_exp():
    x = np.linspace(-87, 88, 40001, dtype=np.float32)
    np.testing.assert_allclose(vector_exp(x), np.exp(x.astype(np.float64)), rtol=2e-7)


def test_exp_at_the_ends_of_the_float_line():
    x = np.float32([-np.inf, -104.01, -103.9, 0, np.nan])
    expected = np.float32([0, 0, 1.4012985e-45, 1, np.nan])
    with np.errstate(invalid="ignore"):
        np.testing.assert_array_equal(vector_exp(x), expected)


@pytest.mark.parametrize("count", COUNTS)
def test_rows_are_apart(count):
    x = random(count, 3, count)
    together = exp_of_rows(x)
    for row, expected in zip(x, together, strict=True):
        np.testing.assert_array_equal(exp_of_rows(row), expected)


@pytest.mark.parametrize("count", COUNTS)
def test_sums_are_near_sums(count):
    x = random(count, 2, 3, count)
    expected = x.astype(np.float64).sum(axis=-1)
    np.testing.assert_allclose(sum_of_rows(x), expected, rtol=1e-5, atol=1e-5)


SHAPES = [(1,), (2, 3), (3, 4), (2, 5), (3, 8), (1, 12), (2, 23), (1, 2, 3, 33), (2, 1001)]


@pytest.mark.parametrize("shape", SHAPES)
def test_softmax_equals_litert(shape):
    x = random(1, *shape) * np.float32(30)
    ours = optimized_softmax(x, np.float32(0.25))
    check("SOFTMAX", [x], ours, {"beta": 0.25}, numerics=[XNNPACK])


@pytest.mark.parametrize("shape", SHAPES)
def test_log_softmax_equals_litert(shape):
    x = random(2, *shape) * np.float32(30)
    check("LOG_SOFTMAX", [x], optimized_log_softmax(x), numerics=[XNNPACK])


@pytest.mark.parametrize(
    ("count", "start", "expected"),
    [
        (0, 0, ""),
        (3, 0, "..."),
        (4, 0, "VVVV"),
        (9, 4, "VVVVVVVV."),
        (9, 3, ".VVVVVVVV"),
        (6, 1, "......"),
        (8, 2, "..VVVV.."),
    ],
)
def test_what_is_in_vectors(count, start, expected):
    assert "".join(".V"[there] for there in in_vectors(count, start).astype(int)) == expected


def test_logistic_is_another_function_where_no_vector_is():
    x = np.linspace(-20, 17, 4001, dtype=np.float32)
    exact = 1 / (1 + np.exp(-x.astype(np.float64)))
    everywhere, nowhere = (logistic(x, np.full(x.shape, there)) for there in (True, False))
    np.testing.assert_allclose(everywhere, exact, rtol=6e-7)
    np.testing.assert_allclose(nowhere, exact, rtol=3e-7)
    assert (everywhere != nowhere).any()
    half = np.arange(len(x)) % 2 == 0
    np.testing.assert_array_equal(logistic(x, half), np.where(half, everywhere, nowhere))

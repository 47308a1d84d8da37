"""The kernels are tested through ``quant.row_problem``; here in small and odd shapes."""

import numpy as np
import pytest

from quant.row_problem import descended, factors, forms, in_turn, nearest, unrestricted
from tests.row_problems import problem


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 3, 1), (2, 2, 4), (5, 5, 9)])
def test_shapes(shape):
    groups, rows, depth = shape
    given = problem(groups, rows, depth, limit=7)
    made = unrestricted(given, factors(given))
    start = nearest(given, made, np.full((rows, 1), 0.25))
    rounded, slopes = descended(given, start, 9)
    products = np.einsum(
        "gij,goj->goi",
        given.moments,
        (rounded.values * rounded.steps).reshape(groups, -1, depth),
    )
    np.testing.assert_allclose(slopes, products.reshape(rows, depth) - given.targets, atol=1e-9)
    assert np.all(forms(given, rounded) <= forms(given, start))
    assert np.all(np.abs(in_turn(given, factors(given), start.steps).values) <= given.limit)

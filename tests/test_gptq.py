"""GPTQ, against the algorithm as its paper has it: with the inverse of the moments."""

import numpy as np
import pytest

from quant.gptq import gptq
from quant.step_search import searched_steps
from tests.row_problems import problem, solved, variances


def published(row, step, moments, limit):
    """Columns from the last to the first; the error of each is spread over those to come."""
    order = slice(None, None, -1)
    inverse = np.linalg.inv(moments[order, order])
    upper = np.linalg.cholesky(inverse).T
    rest, values = row[order].copy(), np.zeros_like(row)
    for i in range(len(row)):
        values[i] = np.clip(np.floor(rest[i] / step + 0.5), -limit, limit)
        rest[i:] -= (rest[i] - values[i] * step) / upper[i, i] * upper[i, i:]
    return values[order]


@pytest.mark.parametrize("shape", [(1, 6, 10), (3, 3, 9), (1, 2, 1)])
@pytest.mark.parametrize("limit", [7, 127])
def test_it_is_the_published_algorithm(shape, limit):
    given = problem(*shape, limit)
    made = gptq(given, variances(given))
    shared = given.rows // len(given.moments)
    expected = [
        published(row, step, given.moments[number // shared], limit)
        for number, (row, step) in enumerate(zip(solved(given), made.steps[:, 0], strict=True))
    ]
    np.testing.assert_array_equal(made.values, expected)
    np.testing.assert_array_equal(
        made.steps, searched_steps(given, solved(given), variances(given))
    )

import math

import numpy as np
import pytest

from quant.metrics import METRICS

OUTPUTS = np.array([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2], [0.2, 0.3, 0.5]], np.float32)
NAN = math.nan


@pytest.mark.parametrize(
    ("outputs", "labels", "expected"),
    [
        (OUTPUTS, [1, 0, 2], 1.0),
        (OUTPUTS, [1, 2, 0], 1 / 3),
        (OUTPUTS[:1], [0], 0.0),
        (np.full((2, 3), 0.5, np.float32), [0, 1], 0.0),
        (np.array([[NAN, 1.0], [NAN, NAN], [1.0, NAN]], np.float32), [0, 0, 0], 0.0),
        (OUTPUTS[np.newaxis], [[1, 0, 2]], 1.0),
    ],
    ids=["right", "one right", "one wrong", "ties are misses", "NaN is a miss", "dense labels"],
)
def test_top1(outputs, labels, expected):
    assert METRICS["top1"].score(outputs, np.array(labels)) == pytest.approx(expected)


def test_top5_counts_the_fifth_and_not_the_sixth():
    outputs = np.tile(np.arange(10, dtype=np.float32), (2, 1))
    assert METRICS["top5"].score(outputs, np.array([5, 4])) == 0.5


def test_mse_is_in_squared_units_and_takes_flat_targets():
    outputs = np.array([[1.0], [3.0]], np.float32)
    assert METRICS["mse"].score(outputs, np.array([1.0, 1.0])) == 2.0


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [([1, 0], [1, 0], 1.0), ([1, 0], [0, 1], 0.0), ([1, 0], [-2, 0], -1.0), ([0, 0], [0, 0], 1.0)],
)
def test_cosine(a, b, expected):
    score = METRICS["cosine"].score(np.array([a], np.float32), np.array([b], np.float32))
    assert score == pytest.approx(expected)


def test_agreement_compares_first_ranks():
    flipped = OUTPUTS[:, ::-1]
    assert METRICS["agreement"].score(OUTPUTS, flipped) == pytest.approx(1 / 3)


def test_drop_is_positive_when_worse():
    assert METRICS["top1"].drop(0.9, 0.8) == pytest.approx(0.1)
    assert METRICS["mse"].drop(0.9, 0.8) == pytest.approx(-0.1)

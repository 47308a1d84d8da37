import math

import numpy as np
import pytest

from quant.metrics import LABELS, METRICS

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


@pytest.mark.parametrize("metric", sorted(METRICS))
@pytest.mark.parametrize("cuts", [[], [1], [3, 4], [2, 2, 5]])
def test_rows_of_parts_add_up_to_the_same_number(metric, cuts):
    rng = np.random.default_rng(1)
    outputs = rng.standard_normal((7, 6)).astype(np.float32) * 10.0 ** rng.integers(-9, 9, (7, 1))
    labels = metric == "mse" or METRICS[metric].expected != LABELS
    expected = outputs + rng.standard_normal((7, 6)) if labels else rng.integers(0, 6, 7)
    parts = zip(np.split(outputs, cuts), np.split(expected, cuts), strict=True)
    rows = [METRICS[metric].rows(*part) for part in parts if len(part[0])]
    assert METRICS[metric].total(np.concatenate(rows)) == METRICS[metric].score(outputs, expected)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [([3.0, 4.0], [3.0, 4.0], math.inf), ([3.0, 4.0], [3.0, 3.5], 20.0), ([0.0], [NAN], NAN)],
)
def test_sqnr(a, b, expected):
    found = METRICS["sqnr"].score(np.array([b], np.float32), np.array([a], np.float32))
    assert found == pytest.approx(expected, abs=0.01, nan_ok=True)


@pytest.mark.filterwarnings("ignore:invalid value", "ignore:overflow")
def test_sums_beyond_float64():
    assert math.isnan(METRICS["sqnr"].total(np.full((2, 2), 1.7e308)))
    assert math.isnan(METRICS["mse"].total(np.array([[math.inf, 1.0], [-math.inf, 1.0]])))

import math
from itertools import product

import numpy as np
import pytest

from quant.metrics import METRICS

F1, MAP = METRICS["f1"].score, METRICS["map"].score


def array(*rows):
    return np.array(rows, np.float32)


def naive_f1(predicted, labelled):
    """Of class sets: one set a decision."""
    found = []
    for each in sorted(set().union(*predicted, *labelled)):
        pairs = [(each in p, each in q) for p, q in zip(predicted, labelled, strict=True)]
        hits, false = pairs.count((True, True)), pairs.count((True, False))
        missed = pairs.count((False, True))
        found.append(2 * hits / (2 * hits + false + missed))
    return sum(found) / len(found)


def naive_average_precision(scores, labels):
    """Precision at each threshold times what recall gains there, thresholds from above."""
    total = before = 0.0
    for threshold in sorted(set(scores), reverse=True):
        passing = [label for score, label in zip(scores, labels, strict=True) if score >= threshold]
        recall = sum(passing) / sum(labels)
        total += (recall - before) * sum(passing) / len(passing)
        before = recall
    return total


@pytest.mark.parametrize(
    ("outputs", "labels", "expected"),
    [
        (array([1, 0], [0, 1]), [0, 1], 1.0),
        (array([1, 0], [1, 0]), [0, 1], (2 / 3 + 0) / 2),
        (array([0, 1, 0], [0, 1, 0]), [1, 1], 1.0),
        (array([0.9], [0.2], [0.6]), [1, 0, 0], 2 / 3),
        (array([0.1]), [0], 1.0),
        (array([0.9, 0.8], [0.1, 0.7]), [[1, 0], [0, 1]], (1 + 2 / 3) / 2),
        (array([math.nan, 0.8]), [[1, 1]], 0.5),
    ],
    ids=["right", "one", "absent classes", "binary", "nothing held", "any number", "NaN"],
)
def test_f1(outputs, labels, expected):
    assert F1(outputs, np.array(labels)) == pytest.approx(expected)


def test_f1_of_many_classes():
    rng = np.random.default_rng(2)
    outputs, labels = rng.standard_normal((200, 3, 5)), rng.integers(0, 5, (200, 3))
    predicted = np.argmax(outputs, axis=-1)
    expected = naive_f1([{p} for p in predicted.flat], [{q} for q in labels.flat])
    assert F1(outputs, labels) == pytest.approx(expected)


def test_f1_of_any_number_of_classes():
    rng = np.random.default_rng(3)
    outputs, labels = rng.random((50, 4)), rng.integers(0, 2, (50, 4))
    sets = [[set(np.flatnonzero(row)) for row in rows] for rows in (outputs >= 0.5, labels)]
    assert F1(outputs, labels) == pytest.approx(naive_f1(*sets))


@pytest.mark.parametrize(
    ("outputs", "labels", "expected"),
    [
        (array([0.9], [0.8], [0.1]), [1, 0, 1], (1 + 2 / 3) / 2),
        (array([0.5], [0.5]), [1, 0], 0.5),
        (array([math.nan], [0.1]), [1, 0], 0.5),
        (array([1, 0], [0, 1]), [0, 1], 1.0),
        (array([0, 1], [0, 1]), [[0, 0], [0, 0]], math.nan),
    ],
    ids=["one class", "ties", "NaN is last", "class numbers", "nothing to find"],
)
def test_map(outputs, labels, expected):
    assert MAP(outputs, np.array(labels)) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("seed", range(3))
def test_map_of_many_classes_with_ties(seed):
    rng = np.random.default_rng(seed)
    outputs, labels = rng.integers(0, 9, (60, 4)) / 8, rng.integers(0, 4, 60)
    each = [
        naive_average_precision([*outputs[:, number]], [*(labels == number)]) for number in range(4)
    ]
    assert MAP(outputs, labels) == pytest.approx(np.mean(each))
    held = np.array([[number == label for number in range(4)] for label in labels])
    assert MAP(outputs, held) == MAP(outputs, labels)


def test_every_order_of_samples_gives_the_same():
    outputs, labels = array([0.3], [0.9], [0.3]), np.array([1, 0, 0])
    orders = {
        (MAP(outputs[[*order]], labels[[*order]]), F1(outputs[[*order]], labels[[*order]]))
        for order in product(range(3), repeat=3)
        if len(set(order)) == 3
    }
    assert len(orders) == 1

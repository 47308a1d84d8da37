"""NON_MAX_SUPPRESSION_V4 and _V5, against the textbook's loop and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS
from tests.oracle import Fixed, check, operator_model, random


def boxes(seed, count):
    """Boxes around the unit square, corners in any order."""
    centers = np.random.default_rng(seed).uniform(0, 1, (count, 2))
    return np.float32(np.concatenate([centers, centers + random(seed, count, 2)], axis=1))


def overlap(a, b):
    low, high = (np.array([f(x[:2], x[2:]) for x in (a, b)]) for f in (np.minimum, np.maximum))
    areas = (high - low).prod(axis=1, dtype=np.float32)
    shared = np.maximum(high.min(axis=0) - low.max(axis=0), 0).prod(dtype=np.float32)
    return shared / (areas.sum(dtype=np.float32) - shared) if (areas > 0).all() else 0


def selected(x, scores, count, iou, score, sigma):
    """Boxes and scores, by asking again and again for the best that is left."""
    scores, chosen = scores.astype(np.float64), []
    while len(chosen) < count and (scores > score).any():
        best = int(np.argmax(scores))
        chosen.append((best, scores[best]))
        scores[best] = -np.inf
        for i in np.flatnonzero(scores > score):
            shared = overlap(x[i], x[best])
            scores[i] *= np.exp(-0.5 / sigma * shared**2) if sigma else 1
            scores[i] = -np.inf if shared >= iou else scores[i]
    return chosen


CASES = [(0, 3, 0.5, 0.0), (1, 1, 0.5, 0.0), (9, 0, 0.5, 0.0), (40, 40, 0.3, 0.2), (40, 6, 0.7, -9)]


@pytest.mark.parametrize("sigma", [None, 0.0, 0.5])
@pytest.mark.parametrize("fixed", [True, False])
@pytest.mark.parametrize(("total", "count", "iou", "score"), CASES)
def test_suppression(total, count, iou, score, fixed, sigma):
    x, scores = boxes(1, total), np.random.default_rng(2).permutation(total).astype(np.float32)
    scores = (scores + 1) / np.float32(max(total, 1))
    chosen = selected(x, scores, count, iou, score, sigma)
    indices, kept = np.zeros(count, np.int32), np.zeros(count, np.float32)
    indices[: len(chosen)], kept[: len(chosen)] = [i for i, _ in chosen], [s for _, s in chosen]
    most = Fixed(np.int32(count)) if fixed else np.int32(count)
    inputs = [x, scores, most, Fixed(np.float32(iou)), Fixed(np.float32(score))]
    number = np.asarray(len(chosen), np.int32)
    runs = NUMERICS if count or fixed else ()  # LiteRT gives no tensor that became empty
    if sigma is None:
        check("NON_MAX_SUPPRESSION_V4", inputs, [indices, number], litert_runs=runs)
    else:
        inputs, outputs = [*inputs, Fixed(np.float32(sigma))], [indices, kept, number]
        check("NON_MAX_SUPPRESSION_V5", inputs, outputs, tolerance=1e-6, litert_runs=runs)


def run(x, scores, count, sigma, overlap=0.5):
    limits = map(np.asarray, (np.int32(count), np.float32(overlap), np.float32(0)))
    operands = [x, scores, *limits]
    operands.append(np.asarray(np.float32(sigma)))
    outputs = [np.zeros(1, np.int32), np.zeros(1, np.float32), np.asarray(np.int32(0))]
    model = operator_model("NON_MAX_SUPPRESSION_V5", operands, outputs)
    return Interpreter(model).invoke(**{f"in{i}": v for i, v in enumerate(operands)})


@pytest.mark.parametrize(("count", "sigma"), [(-1, 0.5), (2, -0.5)])
def test_what_cannot_be_negative(count, sigma):
    with pytest.raises(InputError, match="Neither is negative"):
        run(boxes(1, 3), random(1, 3), count, sigma)


@pytest.mark.parametrize("shapes", [((3, 4), (2,)), ((3, 3), (3,)), ((4,), (4,))])
def test_boxes_that_are_none(shapes):
    with pytest.raises(InputError, match="Boxes are"):
        run(*(random(1, *shape) for shape in shapes), 2, 0.5)


def test_a_box_of_nan_is_not_selected_for_its_score():
    outputs = run(boxes(1, 3), np.float32([np.nan, 1, np.nan]), 3, 0.0)
    assert [outputs["out0"].tolist(), outputs["out2"].item()] == [[1, 0, 0], 1]


@pytest.mark.parametrize("levels", [1, 2, 3, 8])
@pytest.mark.parametrize("total", [2, 6, 7, 33, 60])
def test_equal_scores(total, levels):
    scores = np.float32(np.random.default_rng(total).integers(1, levels + 1, total) / 10)
    inputs = [boxes(3, total), scores]
    limits = [Fixed(np.int32(total)), Fixed(np.float32(0.4)), Fixed(np.float32(0))]
    outputs = run(*inputs, total, 0.0, overlap=0.4)
    check("NON_MAX_SUPPRESSION_V4", [*inputs, *limits], [outputs["out0"], outputs["out2"]])


def test_a_box_without_area_is_selected_again():
    flat = np.zeros((2, 4), np.float32)
    inputs = [flat, np.float32([0.5, 0.7])]
    limits = [Fixed(np.int32(5)), Fixed(np.float32(0.5)), Fixed(np.float32(0))]
    expected = [np.int32([1, 1, 0, 0, 0]), np.asarray(np.int32(2))]
    check("NON_MAX_SUPPRESSION_V4", [*inputs, *limits], expected)

"""F1 and mean average precision: what classes are found, and what is taken for them.

Classes come in two ways: labels (N, ...) are class numbers, each a choice among all classes; or,
where the labels have the outputs' shape or there is one output, (N, classes) of 0 and 1, any
number of which may hold.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

YES = 0.5
"""An output of at least this says that a class holds."""
_NONE = 0


def class_pairs(outputs: Array, labels: Array) -> Array:
    """(predicted, labelled) for every decision: (N, decisions, 2), int64; class c is c + 1,
    and 0 is none."""
    if _any_number(outputs, labels):
        flat = outputs.reshape(len(outputs), -1)
        numbers = np.arange(1, flat.shape[1] + 1)
        held = np.stack([flat >= YES, labels.reshape(flat.shape) >= YES], axis=-1)
        return np.where(held, numbers[:, np.newaxis], _NONE)
    predicted = np.argmax(outputs, axis=-1).reshape(len(outputs), -1)
    pairs = np.stack([predicted, labels.reshape(predicted.shape).astype(np.int64)], axis=-1)
    return pairs + 1


def macro_f1(pairs: Array) -> float:
    """The mean over classes, of those that are predicted or labelled at all, of
    ``2 true positives / (predicted + labelled)``; 1 where there is none.

    https://en.wikipedia.org/wiki/F-score, macro-averaged.
    """
    predicted, labelled = pairs.reshape(-1, 2).T
    size = int(pairs.max(initial=0)) + 1
    hits = np.bincount(predicted[predicted == labelled], minlength=size)[1:]
    counts = (np.bincount(predicted, minlength=size) + np.bincount(labelled, minlength=size))[1:]
    seen = counts > 0
    return float(np.mean(2 * hits[seen] / counts[seen])) if seen.any() else 1.0


def scores_and_labels(outputs: Array, labels: Array) -> Array:
    """What average precision needs of each sample: (N, classes, 2), score and label, where
    any number of classes may hold; else (N, classes + 1), scores and the class number."""
    flat = outputs.reshape(-1, outputs.shape[-1])
    if _any_number(outputs, labels):
        return np.stack([flat, labels.reshape(flat.shape) >= YES], axis=-1)
    return np.concatenate([flat, labels.reshape(-1, 1).astype(np.float64)], axis=-1)


def mean_average_precision(rows: Array) -> float:
    """The mean of average precision over the classes that some sample has; NaN where there is
    none.

    Average precision is the sum over thresholds of precision times the step in recall
    (https://en.wikipedia.org/wiki/Evaluation_measures_(information_retrieval)#Average_precision);
    equal scores pass a threshold together. NaN is the lowest score.
    """
    if rows.ndim == 3:
        scores, labels = rows[..., 0], rows[..., 1] > 0
    else:
        scores = rows[:, :-1]
        labels = rows[:, -1:] == np.arange(scores.shape[1])
    held = np.flatnonzero(labels.any(axis=0))
    each = [_average_precision(scores[:, number], labels[:, number]) for number in held]
    return float(np.mean(each)) if each else float("nan")


def _average_precision(scores: Array, labels: Array) -> float:
    scores = np.where(np.isnan(scores), -np.inf, scores)
    order = np.argsort(-scores, kind="stable")
    found = np.cumsum(labels[order])
    last_of_equals = np.append(scores[order][1:] != scores[order][:-1], True)
    places = np.flatnonzero(last_of_equals)
    recall_steps = np.diff(found[places], prepend=0) / found[-1]
    return float(np.sum(recall_steps * found[places] / (places + 1)))


def _any_number(outputs: Array, labels: Array) -> bool:
    return outputs.shape[-1] == 1 or labels.shape == outputs.shape

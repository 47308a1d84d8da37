"""What a model's outputs are judged by: a table of metrics.

A metric compares outputs (N, ...) with what is expected: the labels of the data, or the outputs
of the float model. It does so in two steps: what it needs of each sample, then the number. The
first may be done for parts of the samples on machines of their own; the second takes all rows
together, and adds them up exactly, so that the parts do not show in the result.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quant import precision_recall
from quant.sqnr import ratio_db

Array = NDArray[Any]

LABELS = "labels"
FLOAT_OUTPUTS = "float outputs"


@dataclass(frozen=True)
class Metric:
    """``rows(outputs, expected)`` is what the metric needs of each sample, (N, ...), and
    ``total(rows)`` one number; ``expected`` says what it compares with."""

    rows: Callable[[Array, Array], Array]
    total: Callable[[Array], float]
    expected: str
    higher_is_better: bool = True

    def score(self, outputs: Array, expected: Array) -> float:
        """The number for all samples."""
        return self.total(self.rows(outputs, expected))

    def drop(self, reference: float, value: float) -> float:
        """How much worse ``value`` is than ``reference``; negative where it is better."""
        return reference - value if self.higher_is_better else value - reference


def hits_in_top(outputs: Array, labels: Array, k: int) -> Array:
    """Of each sample, how many labels are among the k largest outputs, and how many there are;
    ties count as misses.

    outputs: (N, classes), or (N, ..., classes) with one label for each position. NaN
    is no answer: a sample whose label's output is NaN is a miss.
    """
    scores = outputs.reshape(-1, outputs.shape[-1])
    flat = labels.reshape(-1).astype(np.int64)
    own = np.take_along_axis(scores, flat[:, np.newaxis], axis=1)
    rivals = np.sum(~(scores < own), axis=1) - 1
    return _counted((rivals < k) & ~np.isnan(own[:, 0]), len(outputs))


def top1_hits(outputs: Array, labels: Array) -> Array:
    """For top-1 accuracy."""
    return hits_in_top(outputs, labels, 1)


def top5_hits(outputs: Array, labels: Array) -> Array:
    """For top-5 accuracy."""
    return hits_in_top(outputs, labels, 5)


def agreements(outputs: Array, reference: Array) -> Array:
    """Of each sample, in how many positions both models rank the same class first, and how
    many there are."""
    same = np.argmax(outputs, axis=-1) == np.argmax(reference, axis=-1)
    return _counted(same, len(outputs))


def _counted(hits: Array, samples: int) -> Array:
    each = hits.reshape(samples, -1)
    return np.stack([each.sum(axis=1), np.full(samples, each.shape[1])], axis=-1)


def squared_errors(outputs: Array, targets: Array) -> Array:
    """Of each sample, the sum of squared differences, and how many there are."""
    difference = _flat(outputs) - _flat(targets.reshape(outputs.shape))
    return np.stack(
        [np.sum(difference**2, axis=1), np.full(len(outputs), float(difference.shape[1]))], axis=-1
    )


def energies(outputs: Array, reference: Array) -> Array:
    """Of each sample, the energy of the reference and that of the error."""
    signal = _flat(reference)
    return np.stack(
        [np.sum(signal**2, axis=1), np.sum((signal - _flat(outputs)) ** 2, axis=1)], axis=-1
    )


def products(outputs: Array, reference: Array) -> Array:
    """Of each sample, the products of the two, of the outputs and of the reference."""
    a, b = _flat(outputs), _flat(reference)
    return np.stack([np.sum(x * y, axis=1) for x, y in ((a, b), (a, a), (b, b))], axis=-1)


def _flat(values: Array) -> Array:
    return values.reshape(len(values), -1).astype(np.float64)


def sums(rows: Array) -> list[float]:
    """The sum of each column, rounded once: the order of the rows does not show."""
    return [_sum(column) for column in rows.T]


def _sum(column: Array) -> float:
    try:
        return math.fsum(column)
    except (OverflowError, ValueError):  # beyond float64, or infinities of both signs
        return float(np.sum(column))


def ratio(rows: Array) -> float:
    """The sum of the first column over that of the second."""
    first, second = sums(rows)
    return first / second


def cosine_of(rows: Array) -> float:
    """The cosine of the angle between all outputs and all reference outputs, as vectors; 1
    where both are 0, and 0 where one is."""
    product, a, b = sums(rows)
    norms = math.sqrt(a) * math.sqrt(b)
    return product / norms if norms else float(a == b)


def sqnr_of(rows: Array) -> float:
    """Of all outputs, in dB; see ``quant.sqnr``."""
    return ratio_db(*sums(rows))


METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        "agreement": Metric(agreements, ratio, FLOAT_OUTPUTS),
        "cosine": Metric(products, cosine_of, FLOAT_OUTPUTS),
        "f1": Metric(precision_recall.class_pairs, precision_recall.macro_f1, LABELS),
        "map": Metric(
            precision_recall.scores_and_labels, precision_recall.mean_average_precision, LABELS
        ),
        "mse": Metric(squared_errors, ratio, LABELS, higher_is_better=False),
        "sqnr": Metric(energies, sqnr_of, FLOAT_OUTPUTS),
        "top1": Metric(top1_hits, ratio, LABELS),
        "top5": Metric(top5_hits, ratio, LABELS),
    }
)
"""Name -> metric. Rules, command line and documentation read this table."""

"""What a model's outputs are judged by: a table of metrics.

A metric compares outputs (N, ...) with what is expected: the labels of the data, or the
outputs of the float model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quant.sqnr import sqnr_db

Array = NDArray[Any]

LABELS = "labels"
FLOAT_OUTPUTS = "float outputs"


@dataclass(frozen=True)
class Metric:
    """``score(outputs, expected)`` is one number; ``expected`` says what it compares with."""

    score: Callable[[Array, Array], float]
    expected: str
    higher_is_better: bool = True

    def drop(self, reference: float, value: float) -> float:
        """How much worse ``value`` is than ``reference``; negative where it is better."""
        return reference - value if self.higher_is_better else value - reference


def top_k(outputs: Array, labels: Array, k: int) -> float:
    """The share of samples whose label is among the k largest outputs; ties count as misses.

    outputs: (N, classes), or (N, ..., classes) with one label for each position. NaN
    is no answer: a sample whose label's output is NaN is a miss.
    """
    scores = outputs.reshape(-1, outputs.shape[-1])
    flat = labels.reshape(-1).astype(np.int64)
    own = np.take_along_axis(scores, flat[:, np.newaxis], axis=1)
    rivals = np.sum(~(scores < own), axis=1) - 1
    return float(np.mean((rivals < k) & ~np.isnan(own[:, 0])))


def top1(outputs: Array, labels: Array) -> float:
    """Top-1 accuracy in [0, 1]."""
    return top_k(outputs, labels, 1)


def top5(outputs: Array, labels: Array) -> float:
    """Top-5 accuracy in [0, 1]."""
    return top_k(outputs, labels, 5)


def mean_squared_error(outputs: Array, targets: Array) -> float:
    """The mean of squared differences, in squared units of the output."""
    difference = outputs.astype(np.float64) - targets.reshape(outputs.shape)
    return float(np.mean(difference**2))


def agreement(outputs: Array, reference: Array) -> float:
    """The share of samples in which both models rank the same class first."""
    return float(np.mean(np.argmax(outputs, axis=-1) == np.argmax(reference, axis=-1)))


def cosine(outputs: Array, reference: Array) -> float:
    """The cosine of the angle between all outputs and all reference outputs, as vectors."""
    a, b = outputs.ravel().astype(np.float64), reference.ravel().astype(np.float64)
    norms = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / norms if norms else float(np.array_equal(a, b))


METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        "agreement": Metric(agreement, FLOAT_OUTPUTS),
        "cosine": Metric(cosine, FLOAT_OUTPUTS),
        "mse": Metric(mean_squared_error, LABELS, higher_is_better=False),
        "sqnr": Metric(lambda outputs, reference: sqnr_db(reference, outputs), FLOAT_OUTPUTS),
        "top1": Metric(top1, LABELS),
        "top5": Metric(top5, LABELS),
    }
)
"""Name -> metric. Rules, command line and documentation read this table."""

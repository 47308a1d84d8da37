"""Runs a float and a quantized model on the same samples and measures both."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.errors import DataError, RecipeError
from kernels.interpreter import Interpreter
from quant.evaluation_data import LABEL_KEY, EvaluationData
from quant.image_folder import LABELS_FILE
from quant.metrics import LABELS, METRICS, Metric
from quant.sample_outputs import sample_outputs
from quant.sqnr import sqnr_db

Array = NDArray[Any]


@dataclass(frozen=True)
class Evaluation:
    """What one metric says of a quantized model and of the float model it comes from.

    ``float_value`` is None for a metric that compares with the float model, and without a
    float model. ``output_sqnr_db`` is in dB, None where the outputs are equal or where
    there is no float model.
    """

    metric: str
    samples: int
    value: float
    float_value: float | None = None
    output_sqnr_db: float | None = None

    @property
    def drop(self) -> float | None:
        """How much worse the quantized model is; negative where it is better."""
        if self.float_value is None:
            return None
        return METRICS[self.metric].drop(self.float_value, self.value)

    def to_json(self) -> str:
        """One JSON object, a line a field."""
        return json.dumps({**asdict(self), "drop": self.drop}, indent=2) + "\n"

    @staticmethod
    def from_json(text: str) -> Evaluation:
        """The evaluation that ``to_json`` wrote."""
        fields = json.loads(text)
        del fields["drop"]
        return Evaluation(**fields)


def evaluate(
    quantized: Interpreter,
    data: EvaluationData,
    metric: str = "top1",
    float_model: Interpreter | None = None,
    output: str | None = None,
    signature: str | None = None,
) -> Evaluation:
    """The metric of ``quantized`` and, where given, of ``float_model`` on ``data``.

    Raises RecipeError for an unknown metric or output, and DataError where the metric
    wants labels or a float model that are not there.
    """
    chosen = _metric(metric)
    outputs = sample_outputs(quantized, data, output, signature)
    reference = None
    if float_model is not None:
        reference = sample_outputs(float_model, data, output, signature)
    if chosen.expected == LABELS:
        expected = _labels(metric, data)
        float_value = None if reference is None else chosen.score(reference, expected)
    else:
        expected, float_value = _reference(metric, reference), None
    return Evaluation(
        metric,
        data.samples,
        chosen.score(outputs, expected),
        float_value,
        None if reference is None else _finite(sqnr_db(reference, outputs)),
    )


def _metric(name: str) -> Metric:
    if name not in METRICS:
        raise RecipeError(f"unknown metric '{name}'.", f"Choose one of {sorted(METRICS)}.")
    return METRICS[name]


def _labels(metric: str, data: EvaluationData) -> Array:
    if data.labels is None:
        raise DataError(
            f"metric '{metric}' compares with labels, and the data has none.",
            f"Store them as '{LABEL_KEY}', name their array or feature, or write {LABELS_FILE}.",
        )
    return data.labels


def _reference(metric: str, reference: Array | None) -> Array:
    if reference is None:
        raise DataError(
            f"metric '{metric}' compares with the float model, and none is given.",
            "Give the float model, or choose a metric that compares with labels.",
        )
    return reference


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None

"""What metrics say of a quantized model, and of the float model it comes from.

``measure_models`` takes what the metrics need of each sample, ``evaluate`` makes numbers of it: of
one measurement, or of the measurements of parts of the samples, with the same result.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.errors import DataError, RecipeError
from quant.evaluation_data import LABEL_KEY, EvaluationData
from quant.image_folder import LABELS_FILE
from quant.metrics import LABELS, METRICS, Metric
from quant.sample_outputs import Runtime, sample_outputs

Array = NDArray[Any]

OUTPUT_SQNR = "sqnr"
"""Measured wherever there is a float model."""


@dataclass(frozen=True)
class Score:
    """What a metric says of the quantized model and of the float model.

    ``float_value`` is None for a metric that compares with the float model, and without a
    float model; ``drop`` then too: how much worse the quantized model is, negative where it
    is better.
    """

    value: float
    float_value: float | None = None
    drop: float | None = None


@dataclass(frozen=True)
class Evaluation:
    """``scores``: metric -> what it says. ``output_sqnr_db`` is in dB, None where the outputs
    are equal or where there is no float model."""

    samples: int
    scores: Mapping[str, Score]
    output_sqnr_db: float | None = None

    def to_json(self) -> str:
        """One JSON object, a line a field."""
        return json.dumps(asdict(self), indent=2) + "\n"

    @staticmethod
    def from_json(text: str) -> Evaluation:
        """The evaluation that ``to_json`` wrote."""
        fields = json.loads(text)
        scores = {metric: Score(**score) for metric, score in fields["scores"].items()}
        return Evaluation(fields["samples"], scores, fields["output_sqnr_db"])


@dataclass(frozen=True)
class Measurement:
    """Metric -> what it needs of each sample, (N, ...): of the quantized model, and of the
    float model where that has a value of its own."""

    samples: int
    rows: Mapping[str, Array]
    float_rows: Mapping[str, Array]


def measure_models(
    metrics: Sequence[str],
    data: EvaluationData,
    quantized: Runtime,
    float_model: Runtime | None = None,
    output: str | None = None,
    signature: str | None = None,
) -> Measurement:
    """What the metrics need of each sample of ``data``, which both models run; of no samples,
    nothing.

    Raises RecipeError for an unknown metric or output, and DataError as ``measure``.
    """
    if not data.samples:
        return Measurement(0, {}, {})
    outputs = sample_outputs(quantized, data, output, signature)
    reference = None
    if float_model is not None:
        reference = sample_outputs(float_model, data, output, signature)
    return measure(metrics, outputs, data.labels, reference)


def measure(
    metrics: Sequence[str], outputs: Array, labels: Array | None, reference: Array | None = None
) -> Measurement:
    """What the metrics need of the outputs of the quantized model and, where given, of the
    float model, ``reference``; each (N, ...), as the labels.

    Raises RecipeError for an unknown metric, and DataError where one wants labels or a float
    model that are not there.
    """
    rows, float_rows = {}, {}
    for name in metrics:
        if known(name).expected == LABELS:
            expected = _labels(name, labels)
            if reference is not None:
                float_rows[name] = METRICS[name].rows(reference, expected)
        else:
            expected = _reference(name, reference)
        rows[name] = METRICS[name].rows(outputs, expected)
    if reference is not None:
        rows[OUTPUT_SQNR] = METRICS[OUTPUT_SQNR].rows(outputs, reference)
    return Measurement(len(outputs), rows, float_rows)


def evaluate(metrics: Sequence[str], measurements: Sequence[Measurement]) -> Evaluation:
    """What the metrics say of all samples of the measurements, in their order."""
    rows = _joined([measurement.rows for measurement in measurements])
    float_rows = _joined([measurement.float_rows for measurement in measurements])
    totals = {name: METRICS[name].total(values) for name, values in rows.items()}
    float_totals = {name: METRICS[name].total(values) for name, values in float_rows.items()}
    sqnr = totals.get(OUTPUT_SQNR)
    return Evaluation(
        sum(measurement.samples for measurement in measurements),
        {name: _score(name, totals[name], float_totals.get(name)) for name in metrics},
        sqnr if sqnr is not None and np.isfinite(sqnr) else None,
    )


def _joined(parts: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
    names = sorted({name for part in parts for name in part})
    return {name: np.concatenate([part[name] for part in parts if name in part]) for name in names}


def _score(name: str, value: float, float_value: float | None) -> Score:
    if float_value is None:
        return Score(value)
    return Score(value, float_value, METRICS[name].drop(float_value, value))


def known(name: str) -> Metric:
    """The metric of that name. Raises RecipeError where there is none."""
    if name not in METRICS:
        raise RecipeError(f"unknown metric '{name}'.", f"Choose one of {sorted(METRICS)}.")
    return METRICS[name]


def _labels(metric: str, labels: Array | None) -> Array:
    if labels is None:
        raise DataError(
            f"metric '{metric}' compares with labels, and the data has none.",
            f"Store them as '{LABEL_KEY}', name their array or feature, or write {LABELS_FILE}.",
        )
    return labels


def _reference(metric: str, reference: Array | None) -> Array:
    if reference is None:
        raise DataError(
            f"metric '{metric}' compares with the float model, and none is given.",
            "Give the float model, or choose a metric that compares with labels.",
        )
    return reference

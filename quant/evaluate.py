"""Runs a float and a quantized model on the same samples and measures both."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.constant import DTYPES
from kernels.errors import DataError, RecipeError
from kernels.interpreter import Interpreter
from kernels.model import Signature, Tensor
from quant.evaluation_data import LABEL_KEY, EvaluationData
from quant.metrics import LABELS, METRICS, Metric
from quant.sqnr import sqnr_db

Array = NDArray[Any]

BATCH = 16
"""Samples a run where the model has a free batch size: enough to amortise a call, few
enough to stay in cache."""


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
    outputs = run(quantized, data, output, signature)
    reference = None if float_model is None else run(float_model, data, output, signature)
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


def run(
    interpreter: Interpreter,
    data: EvaluationData,
    output: str | None = None,
    signature: str | None = None,
) -> Array:
    """One output for every sample: (N, ...) in the output's dtype.

    The samples run in batches where every input has a free batch size, unless the model
    folds the samples of a batch together; else by the batch size that it was built for.
    """
    chosen = interpreter.signature(signature)
    name = _output_name(chosen, output)
    size = _batch_size(interpreter, chosen, data)
    parts = _run_batches(interpreter, chosen, data, name, size)
    if size > 1 and len(parts[0]) != min(
        size, data.samples
    ):  # a RESHAPE folded the samples together
        parts = _run_batches(interpreter, chosen, data, name, 1)
    return np.concatenate(parts)


def _run_batches(
    interpreter: Interpreter, signature: Signature, data: EvaluationData, name: str, size: int
) -> list[Array]:
    parts = []
    for start in range(0, data.samples, size):
        rows = slice(start, min(start + size, data.samples))
        batch = {
            key: _as_input(_tensor(interpreter, signature, key), values[rows])
            for key, values in data.inputs.items()
        }
        interpreter.reset()
        values = interpreter.invoke(signature.key, **batch)[name]
        has_batch = size > 1 or values.shape[:1] == (1,)
        parts.append(values if has_batch else values[np.newaxis])
    return parts


def _tensor(interpreter: Interpreter, signature: Signature, name: str) -> Tensor:
    subgraph = interpreter.model.subgraphs[signature.subgraph]
    return subgraph.tensors[signature.inputs[name]]


def _batch_size(interpreter: Interpreter, signature: Signature, data: EvaluationData) -> int:
    tensors = [_tensor(interpreter, signature, name) for name in data.inputs]
    if all(t.shape_signature and t.shape_signature[0] == -1 for t in tensors):
        return BATCH
    size = max(1, tensors[0].shape[0] if tensors[0].shape else 1)
    if data.samples % size:
        raise DataError(
            f"{data.samples} samples do not fill batches of {size}, which the model is built for.",
            "Give a multiple of it, or export the model with a free batch size.",
        )
    return size


def _as_input(tensor: Tensor, samples: Array) -> Array:
    """The samples in the input's dtype, with a channel dimension added where only it lacks."""
    values = samples.astype(DTYPES[tensor.type], copy=False)
    if values.ndim == len(tensor.shape) - 1 and tensor.shape[-1] == 1:
        return values[..., np.newaxis]
    return values


def _output_name(signature: Signature, output: str | None) -> str:
    names = list(signature.outputs)
    if output is None and len(names) == 1:
        return names[0]
    if output in names:
        return str(output)
    raise RecipeError(
        f"signature '{signature.key}' has no single output to judge, or none named {output!r}.",
        f"Name one of {names}.",
    )


def _metric(name: str) -> Metric:
    if name not in METRICS:
        raise RecipeError(f"unknown metric '{name}'.", f"Choose one of {sorted(METRICS)}.")
    return METRICS[name]


def _labels(metric: str, data: EvaluationData) -> Array:
    if data.labels is None:
        raise DataError(
            f"metric '{metric}' compares with labels, and the data has none.",
            f"Add them to the npz as '{LABEL_KEY}', or name their array.",
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

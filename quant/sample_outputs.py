"""What a model makes of every sample of evaluation data."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kernels.errors import DataError, RecipeError
from kernels.model import Model, Signature, Tensor
from quant.evaluation_data import EvaluationData
from quant.real_values import as_real, as_stored

Array = NDArray[Any]

BATCH = 16
"""Samples a run where the model has a free batch size: enough to amortise a call, few
enough to stay in cache."""

BATCHES_PER_THREAD = 2
"""Fewer are not worth another copy of the model's packed weights."""
MOST_COPIED_BYTES = 64 << 20
"""Of constants: of a larger model all threads work on one sample instead."""


class Runtime(Protocol):
    """What runs a model: our ``Interpreter``, or another runtime with its manners."""

    model: Model
    num_threads: int

    def signature(self, key: str | None = None) -> Signature:
        """The signature of that key; without one, the only one or "serving_default"."""

    def invoke(self, signature: str | None = None, **inputs: Any) -> dict[str, Array]:
        """The outputs of a signature by name."""

    def reset(self) -> None:
        """Forgets what invocations left in variables."""

    def copy(self, num_threads: int) -> Runtime:
        """Another of the same model, for another thread."""


def sample_outputs(
    interpreter: Runtime,
    data: EvaluationData,
    output: str | None = None,
    signature: str | None = None,
) -> Array:
    """One output for every sample: (N, ...) in the output's dtype, float32 if it is quantized.

    Samples are real values, which a quantized input gets as codes; samples of its own dtype
    are codes already.
    The samples run in batches where every input has a free batch size, unless the model
    folds the samples of a batch together; else by the batch size that it was built for.
    The interpreter's threads each run some of the batches, where there are enough.
    Raises RecipeError for an unknown output and DataError for samples that do not fit.
    """
    chosen = interpreter.signature(signature)
    name = _output_name(chosen, output)
    size = batch_size(interpreter, data, signature)
    parts = _run_batches(interpreter, chosen, data, name, size)
    if size > 1 and len(parts[0]) != min(
        size, data.samples
    ):  # a RESHAPE folded the samples together
        parts = _run_batches(interpreter, chosen, data, name, 1)
    return np.concatenate(parts)


def _run_batches(
    interpreter: Runtime, signature: Signature, data: EvaluationData, name: str, size: int
) -> list[Array]:
    starts = range(0, data.samples, size)
    runners = _runners(interpreter, len(starts))
    ends = [number * len(starts) // len(runners) for number in range(len(runners) + 1)]
    shares = [starts[begin:end] for begin, end in pairwise(ends)]

    def run_share(runner: Runtime, share: Sequence[int]) -> list[Array]:
        return [_run_batch(runner, signature, data, name, start, size) for start in share]

    if len(runners) == 1:
        return run_share(interpreter, starts)
    with ThreadPoolExecutor(len(runners)) as pool:
        return list(chain.from_iterable(pool.map(run_share, runners, shares)))


def _runners(interpreter: Runtime, batches: int) -> Sequence[Runtime]:
    """An interpreter for each thread that runs batches of its own; or just the one."""
    count = min(interpreter.num_threads, batches // BATCHES_PER_THREAD)
    stored = sum(len(buffer) for buffer in interpreter.model.buffers)
    if count < 2 or stored > MOST_COPIED_BYTES:
        return [interpreter]
    return [interpreter.copy(num_threads=1) for _ in range(count)]


def _run_batch(
    interpreter: Runtime,
    signature: Signature,
    data: EvaluationData,
    name: str,
    start: int,
    size: int,
) -> Array:
    rows = slice(start, min(start + size, data.samples))
    batch = {
        key: _as_input(_tensor(interpreter, signature, key), values[rows])
        for key, values in data.inputs.items()
    }
    interpreter.reset()
    outputs = interpreter.model.subgraphs[signature.subgraph].tensors
    codes = interpreter.invoke(signature.key, **batch)[name]
    values = as_real(codes, outputs[signature.outputs[name]])
    has_batch = size > 1 or values.shape[:1] == (1,)
    return values if has_batch else values[np.newaxis]


def _tensor(interpreter: Runtime, signature: Signature, name: str) -> Tensor:
    subgraph = interpreter.model.subgraphs[signature.subgraph]
    return subgraph.tensors[signature.inputs[name]]


def batch_size(interpreter: Runtime, data: EvaluationData, signature: str | None = None) -> int:
    """How many samples run together. Raises DataError where they do not fill the batches that
    the model is built for."""
    chosen = interpreter.signature(signature)
    tensors = [_tensor(interpreter, chosen, name) for name in data.inputs]
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
    """The samples as the input holds them, with a channel dimension added where only it lacks."""
    values = as_stored(samples, tensor)
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

"""How far the outputs of a model are from another's, on the same samples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from kernels.errors import DataError, InputError
from kernels.interpreter import Interpreter
from kernels.model import Signature
from quant.error_sum import ErrorSum
from quant.model_inputs import input_tensors
from quant.observed_runs import Sample
from quant.real_values import as_real, as_stored

Array = NDArray[Any]


@dataclass(frozen=True)
class OutputError:
    """An output of both models, all samples together, in real values.

    ``sqnr_db`` is in dB, ``quant.weight_error.MOST_DB`` where nothing differs. ``agreement`` is the
    fraction of rows whose largest value is at the same place, None for outputs of one value.
    """

    name: str
    shape: tuple[int, ...]
    sqnr_db: float
    rmse: float
    largest: float
    agreement: float | None


@dataclass
class _Output:
    """What is known of an output so far."""

    error: ErrorSum = field(default_factory=ErrorSum)
    rows: int = 0
    agreeing: int = 0
    shape: tuple[int, ...] = ()

    def add(self, reference: Array, value: Array) -> None:
        self.error.add(reference, value)
        self.shape = reference.shape
        if reference.ndim and reference.shape[-1] > 1:
            same = reference.argmax(axis=-1) == value.argmax(axis=-1)
            self.rows += same.size
            self.agreeing += int(same.sum())


def output_errors(
    reference: Interpreter, other: Interpreter, samples: Iterable[Sample], key: str | None = None
) -> tuple[OutputError, ...]:
    """Of each output of a signature, in the reference's order, by runs on real samples.

    Raises DataError for no samples, for samples that do not fit the models, and where the models
    do not have the same inputs and outputs.
    """
    chosen = reference.signature(key), other.signature(key)
    _require_same_names(*chosen)
    found = {name: _Output() for name in chosen[0].outputs}
    number = -1
    for number, sample in enumerate(samples):
        try:
            before, after = _run(reference, chosen[0], sample), _run(other, chosen[1], sample)
        except InputError as error:
            raise DataError(f"sample {number}: {error.problem}", error.cure) from error
        for name, output in found.items():
            _require_same_shape(name, before[name], after[name])
            output.add(before[name], after[name])
    if number < 0:
        raise DataError("there are no samples to compare outputs on.", "Give at least one.")
    return tuple(_result(name, output) for name, output in found.items())


def _run(interpreter: Interpreter, signature: Signature, sample: Sample) -> dict[str, Array]:
    """The real values of the outputs that are numbers, variables as at first."""
    taken = input_tensors(interpreter.model, signature)
    interpreter.reset()
    stored = {name: as_stored(value, taken[name]) for name, value in sample.items()}
    made = interpreter.invoke(signature.key, **stored)
    tensors = interpreter.model.subgraphs[signature.subgraph].tensors
    return {n: as_real(value, tensors[signature.outputs[n]]) for n, value in made.items()}


def _require_same_names(before: Signature, after: Signature) -> None:
    for what, names, others in (
        ("inputs", before.inputs, after.inputs),
        ("outputs", before.outputs, after.outputs),
    ):
        if {*names} != {*others}:
            raise DataError(
                f"the models' {what} are {_listed(names)} and {_listed(others)}.",
                "Compare models that were made of the same one.",
            )


def _require_same_shape(name: str, before: Array, after: Array) -> None:
    if before.shape != after.shape or before.dtype.kind not in "fiub":
        raise DataError(
            f"output '{name}' is {before.dtype}{[*before.shape]} of one model and "
            f"{after.dtype}{[*after.shape]} of the other.",
            "Compare models that were made of the same one, with numbers as outputs.",
        )


def _listed(names: Mapping[str, int]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names)) or "none"


def _result(name: str, output: _Output) -> OutputError:
    error = output.error
    agreement = output.agreeing / output.rows if output.rows else None
    return OutputError(name, output.shape, error.sqnr_db, error.rmse, error.largest, agreement)

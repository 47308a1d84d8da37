"""Representative data: what a model is run on to calibrate it, from whatever people have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from os import PathLike
from typing import Any

from kernels.errors import DataError
from kernels.model import Model, Tensor
from kernels.signatures import chosen_signature, signatures_of
from quant.evaluation_data import AS_STORED, EvaluationData, Normalization
from quant.images import AS_IS
from quant.model_inputs import as_input, input_tensors
from quant.observed_runs import Sample
from quant.samples import read_samples

Source = str | PathLike[str] | EvaluationData | Callable[[], Iterable[Any]] | Iterable[Any]
"""A file or folder that ``read_samples`` takes, data that it gave, or samples: an iterable or, as
TFLite's ``representative_dataset``, a function that returns one. A sample is an array, a list of
one for each input in order, a mapping by name, or a signature's key and one of these."""


@dataclass(frozen=True)
class RepresentativeData:
    """Samples, each the inputs of one run; ``begin`` starts with the first one again."""

    begin: Callable[[], Iterator[Sample]]

    def __iter__(self) -> Iterator[Sample]:
        return self.begin()


def representative_data(
    source: Source,
    model: Model,
    signature: str | None = None,
    normalization: Normalization = AS_STORED,
    limit: int | None = None,
    resize: str = AS_IS,
) -> RepresentativeData:
    """The first ``limit`` samples of a source, all if None, as inputs of a signature.

    Nothing is kept: files are read and functions called anew each time that the samples are gone
    through. ``normalization`` and ``resize`` are for files and folders. Samples for other
    signatures are left out. Iterating raises DataError for samples that do not fit the model, and
    for a generator object, which cannot begin again, the second time.
    """
    chosen = chosen_signature(signatures_of(model), signature)
    inputs = input_tensors(model, chosen)
    if isinstance(source, str | PathLike):
        source = read_samples(source, inputs, "", normalization, None, resize)
    if isinstance(source, EvaluationData):
        rows = source
        return RepresentativeData(lambda: islice(_runs(rows, inputs), limit))
    begin = _beginning(source)

    def samples() -> Iterator[Sample]:
        given = (item for item in begin() if not _is_for_another(item, chosen.key))
        for number, item in enumerate(islice(given, limit)):
            yield _sample(item, inputs, number)

    return RepresentativeData(samples)


def _runs(data: EvaluationData, inputs: Mapping[str, Tensor]) -> Iterator[Sample]:
    """As many rows a run as the model's fixed batch has; what fills none is left out."""
    batch = max(map(_fixed_batch, inputs.values()), default=1)
    if data.samples < batch:
        raise DataError(
            f"{data.samples} samples do not fill a batch of {batch}, which the model is built for.",
            "Give at least as many, or export the model with a free batch size.",
        )
    for start in range(0, data.samples - batch + 1, batch):
        rows = slice(start, start + batch)
        yield {
            name: as_input(data.inputs[name][rows], tensor, f"sample {start}, input '{name}'")
            for name, tensor in inputs.items()
        }


def _fixed_batch(tensor: Tensor) -> int:
    shape = tensor.shape_signature or tensor.shape
    return max(shape[0], 1) if shape else 1


def _beginning(source: Any) -> Callable[[], Iterable[Any]]:
    """What starts with the first sample."""
    if callable(source):
        made: Callable[[], Iterable[Any]] = source
        return made
    if not isinstance(source, Iterable):
        raise DataError(
            f"a {type(source).__name__} is no representative data.",
            "Give a path, an iterable of samples, or a function that returns one.",
        )
    return _once(source) if isinstance(source, Iterator) else lambda: source


def _once(samples: Iterator[Any]) -> Callable[[], Iterable[Any]]:
    left = [samples]

    def begin() -> Iterable[Any]:
        if not left:
            raise DataError(
                "the generator of representative data is used up, and is needed again.",
                "Give the function that makes the generator, without calling it.",
            )
        return left.pop()

    return begin


def _is_for_another(item: Any, key: str) -> bool:
    return _has_key(item) and item[0] != key


def _has_key(item: Any) -> bool:
    return isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str)


def _sample(item: Any, inputs: Mapping[str, Tensor], number: int) -> Sample:
    values = _by_name(item[1] if _has_key(item) else item, inputs, number)
    return {
        name: as_input(values[name], tensor, f"sample {number}, input '{name}'")
        for name, tensor in inputs.items()
    }


def _by_name(item: Any, inputs: Mapping[str, Tensor], number: int) -> Mapping[str, Any]:
    if not isinstance(item, Mapping):
        values = item if isinstance(item, list | tuple) else [item]
        if len(values) != len(inputs):
            raise DataError(
                f"sample {number} has {len(values)} arrays; the model has {len(inputs)} inputs: "
                f"{[*inputs]}.",
                "Yield a list with an array for each input, or a mapping by name.",
            )
        return dict(zip(inputs, values, strict=True))
    if {*item} != {*inputs}:
        raise DataError(
            f"sample {number} has {sorted(map(str, item))}; the model's inputs are {[*inputs]}.",
            "Name the arrays of a sample as the model's inputs.",
        )
    return item

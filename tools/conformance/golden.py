"""What LiteRT computed once: digests of exact outputs, values of the others, in one .npz file.

``python -m tools.conformance.golden FILE`` writes the file anew. A trial is found by a digest of
its model and inputs, so that a case that changed has no expectation rather than a wrong one.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from kernels.errors import DataError, TfliteQuantError
from kernels.model import Model, Tensor
from kernels.node import Array
from kernels.output_file import replacing
from tools import litert
from tools.conformance.case import Case, run
from tools.conformance.runner import FAILED, PASSED, REFUSED, Outcome, Trial, answered, trials
from tools.conformance.suite import cases
from tools.conformance.tiers import EXACT

_DIGEST_BYTES = 8
_ABSENT = "not in the golden file"


def _digest(parts: Iterable[bytes]) -> int:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return int.from_bytes(digest.digest()[:_DIGEST_BYTES], "little")


def _array_parts(values: Sequence[Array]) -> Iterator[bytes]:
    """Type, shape and bits; all NaN are one, and so are both zeros."""
    for value in values:
        yield f"{value.dtype.str}{value.shape}".encode()
        if value.dtype == object:
            yield repr(value.ravel().tolist()).encode()
            continue
        plain = np.where(np.isnan(value), np.nan, value) + 0 if value.dtype.kind in "fc" else value
        yield np.ascontiguousarray(plain, value.dtype).tobytes()


def key_of(trial: Trial) -> int:
    """A digest of the model, the inputs and the numerics."""
    return _digest([trial.numerics.encode(), *_model_parts(trial.built.model), *_feeds(trial)])


def _feeds(trial: Trial) -> Iterator[bytes]:
    return _array_parts([value for feed in trial.built.feeds for value in feed.values()])


def _model_parts(model: Model) -> Iterator[bytes]:
    """All that a generated model has; writing it as a file would take far longer."""
    for subgraph in model.subgraphs:
        yield repr((subgraph.operators, subgraph.inputs, subgraph.outputs)).encode()
        for tensor in subgraph.tensors:
            yield from _tensor_parts(tensor)
    yield from map(bytes, model.buffers)


def _tensor_parts(tensor: Tensor) -> Iterator[bytes]:
    kept = (tensor.type, tensor.shape, tensor.buffer, tensor.is_variable, tensor.sparsity)
    yield repr(kept).encode()
    if tensor.quantization is not None:
        yield str(tensor.quantization.axis).encode()
        yield from _array_parts([tensor.quantization.scale, tensor.quantization.zero_point])


def _flat(values: Sequence[Array]) -> Array:
    return np.concatenate([np.ravel(value) for value in values]).astype(np.float32)


@dataclass(frozen=True)
class Golden:
    """Frozen expectations: of an exact trial the digest of its outputs, of others the values.

    ``record`` says which LiteRT made them, and on what processor.
    """

    digests: Mapping[int, int]
    values: Mapping[int, Array]
    record: Mapping[str, object]

    def outcomes(self, of: Sequence[Case]) -> Iterator[Outcome]:
        """The outcomes of all trials; what the file does not have is refused."""
        return map(self._judge, trials(of))

    def _judge(self, trial: Trial) -> Outcome:
        key = key_of(trial)
        wanted = self.digests if trial.tier.name == EXACT else self.values
        if key not in wanted:
            return trial.outcome(REFUSED, detail=_ABSENT)
        try:
            ours = run(trial.built, trial.numerics)
        except TfliteQuantError as error:
            return trial.outcome(FAILED, float("inf"), error.problem)
        if trial.tier.name != EXACT:
            return trial.judge_values([_flat(ours)], [self.values[key]])
        same = _digest(_array_parts(ours)) == self.digests[key]
        return trial.outcome(PASSED if same else FAILED, 0.0 if same else float("inf"))

    def to_bytes(self) -> bytes:
        """The .npz file: the same expectations make the same bytes."""
        exact, near = sorted(self.digests), sorted(self.values)
        target = io.BytesIO()
        np.savez_compressed(
            target,
            record=np.frombuffer(json.dumps(self.record, sort_keys=True).encode(), np.uint8),
            exact=np.array(exact, np.uint64),
            digests=np.array([self.digests[key] for key in exact], np.uint64),
            near=np.array(near, np.uint64),
            sizes=np.array([self.values[key].size for key in near], np.int32),
            values=_flat([self.values[key] for key in near] or [np.empty(0)]),
        )
        return target.getvalue()


def read_golden(path: Path) -> Golden:
    """The expectations of a file. Raises DataError if it has none."""
    try:
        with np.load(path, allow_pickle=False) as file:
            parts = {name: file[name] for name in file.files}
        values = np.split(parts["values"], np.cumsum(parts["sizes"])[:-1])
        return Golden(
            dict(zip(parts["exact"].tolist(), parts["digests"].tolist(), strict=True)),
            dict(zip(parts["near"].tolist(), values, strict=True)),
            json.loads(parts["record"].tobytes()),
        )
    except (OSError, KeyError, ValueError, EOFError, AttributeError, BadZipFile) as error:
        raise DataError(
            f"{path} holds no golden outputs: {error}.",
            "Write it: python -m tools.conformance.golden FILE",
        ) from error


def golden_of(every: Sequence[Case]) -> Golden:
    """What the installed LiteRT computes. Raises InputError if there is none."""
    digests: dict[int, int] = {}
    values: dict[int, Array] = {}
    for trial, answer in answered(list(trials(every))):
        if isinstance(answer, litert.Refusal):
            continue
        if trial.tier.name == EXACT:
            digests[key_of(trial)] = _digest(_array_parts(answer))
        else:
            values[key_of(trial)] = _flat(answer)
    return Golden(digests, values, {"litert": litert.version(), "cpu": _cpu_features()})


def _cpu_features() -> list[str]:
    """What NumPy finds of the instruction sets that change LiteRT's kernels."""
    report = np.show_config(mode="dicts")
    return sorted(report["SIMD Extensions"].get("found", []))


if __name__ == "__main__":
    with replacing(sys.argv[1]) as beside:
        beside.write_bytes(golden_of(cases()).to_bytes())

"""What each weight alone does to the outputs, and what keeping it alone float would give back.

Weights of the float model are replaced by what their stored form stands for. Nothing else changes:
kernels that also quantize activations at run time are not part of it, so that what is left of the
quantized model's error is theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from numpy.typing import NDArray

from kernels.interpreter import Interpreter
from kernels.model import Model
from quant.observed_runs import Sample
from quant.sqnr import energies, ratio_db
from quant.stored_constant import constant_pairs, values_of
from quant.tensor_pairs import Place
from quant.weight_error import MOST_DB

Array = NDArray[Any]


@dataclass(frozen=True)
class WeightEffect:
    """``alone_db``: SQNR of the outputs with only this weight quantized; ``without_db``: with all
    but this one; both in dB, ``MOST_DB`` where nothing differs."""

    name: str
    subgraph: int
    alone_db: float
    without_db: float


@dataclass(frozen=True)
class Effects:
    """``all_db``: SQNR of the outputs, in dB, with every weight quantized and all activations
    float; ``weights``: each that was tried, the most harmful first."""

    all_db: float
    weights: tuple[WeightEffect, ...]


def weight_effects(
    float_model: Model,
    quantized: Model,
    samples: Sequence[Sample],
    places: Iterable[Place],
    num_threads: int = 1,
    evened_out: Collection[Place] = (),
    signature: str | None = None,
) -> Effects:
    """Of the constants (subgraph, tensor) of the float model, of ``evened_out`` of which channels
    were. Runs it twice for each."""
    pairs = constant_pairs(float_model, quantized, evened_out)
    stored = {
        pair.before.buffer: values_of(float_model, quantized, pair).after.astype("<f4").tobytes()
        for pair in pairs.values()
    }
    reference = _outputs(float_model, samples, num_threads, signature)

    def measured(buffers: Mapping[int, bytes]) -> float:
        changed = _with_buffers(float_model, buffers)
        return _sqnr_db(reference, _outputs(changed, samples, num_threads, signature))

    found = []
    for s, t in places:
        buffer = pairs[s, t].before.buffer
        others = {each: values for each, values in stored.items() if each != buffer}
        alone, without = measured({buffer: stored[buffer]}), measured(others)
        found.append(WeightEffect(pairs[s, t].before.name, s, alone, without))
    found.sort(key=lambda each: (each.alone_db, each.name))
    return Effects(measured(stored), tuple(found))


def _with_buffers(model: Model, changed: Mapping[int, bytes]) -> Model:
    return replace(
        model,
        buffers=tuple(changed.get(b, buffer) for b, buffer in enumerate(model.buffers)),
    )


def _outputs(
    model: Model, samples: Iterable[Sample], num_threads: int, signature: str | None
) -> list[Array]:
    interpreter = Interpreter(model, num_threads=num_threads)
    found: list[Array] = []
    for sample in samples:
        interpreter.reset()
        made = interpreter.invoke(signature, **sample)
        found += [value for _, value in sorted(made.items()) if value.dtype.kind == "f"]
    return found


def _sqnr_db(reference: Sequence[Array], made: Sequence[Array]) -> float:
    pairs = [
        energies(before, after)
        for before, after in zip(reference, made, strict=True)
        if before.shape == after.shape
    ]
    ratio = ratio_db(sum(signal for signal, _ in pairs), sum(noise for _, noise in pairs))
    return max(-MOST_DB, min(MOST_DB, ratio)) if ratio == ratio else -MOST_DB

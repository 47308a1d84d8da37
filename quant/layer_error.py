"""How far every layer of a quantized model is from the float model's, on the same samples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.errors import DataError
from kernels.int8 import INT8
from kernels.interpreter import Interpreter
from kernels.model import Model, Operator
from quant.error_sum import ErrorSum
from quant.model_inputs import input_tensors
from quant.observed_runs import Sample, run_observed
from quant.real_values import as_real, as_stored
from quant.report import GOOD_SQNR_DB
from quant.tensor_pairs import Place, tensor_pairs
from quant.weight_error import MOST_DB, NEAR_ROUNDING

Array = NDArray[Any]

JUMP_DB = 6.0
"""A layer that loses this much SQNR against what it reads doubles the error's amplitude."""
MOST_PLAIN_STEPS = 1.0
_REAL = "FLOAT32"
_CODES = ("INT8", "INT4", "INT2")


@dataclass(frozen=True)
class LayerError:
    """The first output of an operator, all samples together, in the order of execution.

    ``operator`` is its index in the quantized model; ``sqnr_db`` is in dB, ``MOST_DB`` where
    nothing differs; ``lost_db`` is how much less that is than of the worst of what it reads, None
    where it reads nothing that was compared; ``rmse`` and ``largest`` are the root mean square and
    the largest of the error's magnitudes, ``steps`` the RMSE in steps of the output's scale where
    it has one. ``reading`` says what it means. ``weights`` are the names of the integers that the
    operator multiplies with, if its kernel quantizes float activations for them.
    """

    name: str
    subgraph: int
    operator: int
    kind: str
    shape: tuple[int, ...]
    sqnr_db: float
    lost_db: float | None
    rmse: float
    largest: float
    steps: float | None
    reading: str
    weights: tuple[str, ...] = ()


@dataclass
class _Run:
    """The float values of one sample, by place in the quantized model, a turn each."""

    values: dict[Place, list[Array]] = field(default_factory=lambda: defaultdict(list))
    seen: dict[Place, int] = field(default_factory=lambda: defaultdict(int))

    def next(self, place: Place) -> Array | None:
        """The value of the next turn, if the float model had as many."""
        turn = self.seen[place]
        self.seen[place] += 1
        return self.values[place][turn] if turn < len(self.values[place]) else None


def layer_errors(
    float_model: Model,
    quantized: Model,
    samples: Iterable[Sample],
    num_threads: int = 1,
    evened_out: bool = False,
    signature: str | None = None,
) -> tuple[LayerError, ...]:
    """Of every operator whose first output both models have, of real values. Where channels were
    evened out (``quant.equalization``), each is compared times its power of two.

    Raises DataError for no samples and for those that do not fit the model.
    """
    places = {
        before: after
        for before, after in tensor_pairs(float_model, quantized).items()
        if float_model.subgraphs[before[0]].tensors[before[1]].type == _REAL
    }
    sums: dict[Place, ErrorSum] = defaultdict(ErrorSum)
    for reference, place, value in compared_values(
        float_model, quantized, samples, places, num_threads, signature
    ):
        sums[place].add(reference, aligned(reference, value) if evened_out else value)
    return tuple(_layers(quantized, sums))


def compared_values(
    float_model: Model,
    quantized: Model,
    samples: Iterable[Sample],
    places: Mapping[Place, Place],
    num_threads: int = 1,
    signature: str | None = None,
) -> Iterator[tuple[Array, Place, Array]]:
    """For each sample and each time that both models make a tensor of ``places``: the float
    model's value, the place in the quantized one, and that one's real value.

    Raises DataError as ``layer_errors``.
    """
    before, after = (
        Interpreter(each, num_threads=num_threads) for each in (float_model, quantized)
    )
    tensors = input_tensors(quantized, after.signature(signature))
    number = -1
    for number, sample in enumerate(samples):
        run = _Run()

        def keep(s: int, t: int, value: Array, run: _Run = run) -> None:
            if (s, t) in places:
                run.values[places[s, t]].append(value.copy())

        pairs: list[tuple[Array, Place, Array]] = []

        def compare(s: int, t: int, value: Array, run: _Run = run, pairs: Any = pairs) -> None:
            reference = run.next((s, t)) if (s, t) in run.values else None
            real = as_real(value, quantized.subgraphs[s].tensors[t])
            if reference is not None and reference.shape == real.shape:
                pairs.append((reference, (s, t), real.copy()))

        run_observed(before, sample, number, keep, signature)
        codes = {name: as_stored(value, tensors[name]) for name, value in sample.items()}
        run_observed(after, codes, number, compare, signature)
        yield from pairs
    if number < 0:
        raise DataError("there are no samples to compare layers on.", "Give at least one.")


def aligned(reference: Array, values: Array) -> Array:
    """The values with each channel, along the last dimension, times the power of two that brings
    it nearest to the reference."""
    channels = values.shape[-1] if values.ndim else 1
    before, after = (each.reshape(-1, channels).astype(np.float64) for each in (reference, values))
    products, squares = (before * after).sum(axis=0), np.square(after).sum(axis=0)
    ratios = np.ones(channels)
    np.divide(products, squares, out=ratios, where=(products > 0) & (squares > 0))
    return np.asarray(values * np.exp2(np.rint(np.log2(ratios))), values.dtype)


def _layers(model: Model, sums: Mapping[Place, ErrorSum]) -> Iterator[LayerError]:
    for s, subgraph in enumerate(model.subgraphs):
        for o, operator in enumerate(subgraph.operators):
            if operator.outputs and (s, operator.outputs[0]) in sums:
                yield _layer(model, s, o, operator, sums)


def _layer(
    model: Model, s: int, o: int, operator: Operator, sums: Mapping[Place, ErrorSum]
) -> LayerError:
    tensor = model.subgraphs[s].tensors[operator.outputs[0]]
    found = sums[s, operator.outputs[0]]
    read = [sums[s, t].sqnr_db for t in operator.inputs if (s, t) in sums]
    lost = min(read) - found.sqnr_db if read else None
    rmse = found.rmse
    scale = None if tensor.quantization is None else tensor.quantization.scale
    steps = rmse / float(scale[0]) if scale is not None and len(scale) == 1 else None
    return LayerError(
        name=tensor.name,
        subgraph=s,
        operator=o,
        kind=operator.name,
        shape=tensor.shape,
        sqnr_db=found.sqnr_db,
        lost_db=lost,
        rmse=rmse,
        largest=found.largest,
        steps=steps,
        reading=_reading(found.sqnr_db, lost, steps),
        weights=_hybrid_weights(model, s, operator),
    )


def _hybrid_weights(model: Model, s: int, operator: Operator) -> tuple[str, ...]:
    tensors = model.subgraphs[s].tensors
    if operator.name not in INT8 or tensors[operator.outputs[0]].type != _REAL:
        return ()
    read = [tensors[t] for t in operator.inputs if t >= 0]
    names = [each.name for each in read if each.type in _CODES and len(model.buffers[each.buffer])]
    return tuple(name for name in names if name)


def _reading(sqnr_db: float, lost_db: float | None, steps: float | None) -> str:
    """What the numbers say, in words."""
    if sqnr_db >= MOST_DB:
        return "equal"
    if steps is not None and steps <= NEAR_ROUNDING:
        return "plain rounding"
    if steps is not None and steps <= MOST_PLAIN_STEPS:
        return "rounding, and what earlier layers hand on"
    if lost_db is not None and lost_db >= JUMP_DB and sqnr_db < GOOD_SQNR_DB:
        return "the error arises here"
    if steps is not None:
        return "clipping, or accumulated error"
    if sqnr_db >= GOOD_SQNR_DB:
        return "close"
    return "accumulated error"

"""Every constant of a model as its quantized file stores it, compared with the float model."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.blockwise import with_blocks
from kernels.int8 import INT8
from kernels.model import Model, Operator, Tensor
from quant.channel_factors import channel_factors
from quant.constants import Constant, Use, find_constants, operator_of
from quant.equalization import REMARK
from quant.real_constant import real_constant, step_of
from quant.report import Report, TensorReport
from quant.tensor_pairs import Place, tensor_pairs
from quant.weight_error import Channel, reading, weight_error

Array = NDArray[Any]

_FLOATS = ("FLOAT32", "FLOAT64")
_WIDE = ("INT32", "INT64")
SCALE_BYTES = 4


@dataclass(frozen=True)
class StoredConstant:
    """A constant of the float model and its form in the quantized one.

    ``type_before`` and ``type`` are those in the files, ``readers`` the names of the operators
    that read it. Bytes are of values and scales; a tensor that shows another's buffer adds none.
    ``scheme`` and ``reason`` are the quantizer's, empty where its report is not known. ``steps`` is
    the RMS of the error in steps of its scale, ``reading`` says what that means. What a constant
    has not, is None: scales, ``sqnr_db`` where nothing is lost, ``channel`` where it did not
    change.
    """

    name: str
    subgraph: int
    tensor: int
    shape: tuple[int, ...]
    type_before: str
    type: str
    readers: tuple[str, ...]
    bytes_before: int
    bytes_after: int
    scheme: str = ""
    reason: str = ""
    granularity: str | None = None
    scale_min: float | None = None
    scale_max: float | None = None
    sqnr_db: float | None = None
    steps: float | None = None
    reading: str = "float"
    channel: Channel | None = None

    @property
    def is_changed(self) -> bool:
        """Whether it is stored in another type."""
        return self.type != self.type_before

    @property
    def is_coarse(self) -> bool:
        """Whether it is stored in fewer bits: the integers of biases have as many as floats."""
        return self.is_changed and self.type not in _WIDE

    @property
    def is_evened_out(self) -> bool:
        """Whether its channels were scaled before it was rounded (``quant.equalization``)."""
        return REMARK in self.reason


@dataclass(frozen=True)
class Pair:
    """A constant in both models, along which dimension its channels are, and whether they were
    evened out (``quant.equalization``) before it was rounded."""

    before: Tensor
    after: Tensor
    axis: int
    is_evened_out: bool = False


@dataclass(frozen=True)
class Values:
    """What a constant holds in either model, float32 of its shape, and the step of each value,
    of a shape that broadcasts to it: all in the scale of the float model's channels."""

    before: Array
    after: Array
    step: Array | None


def stored_constants(
    float_model: Model, quantized: Model, report: Report | None = None
) -> tuple[StoredConstant, ...]:
    """In the order of the float model; constants with no counterpart are left out."""
    told = {(each.subgraph, each.name): each for each in report.tensors} if report else {}
    found = []
    for place, uses, is_first, pair in _pairs(float_model, quantized):
        readers = tuple(dict.fromkeys(operator_of(float_model, use).name for use in uses))
        reasons = told.get((place[0], pair.before.name))
        if reasons is not None:
            pair = replace(pair, is_evened_out=REMARK in reasons.reason)
        made = _stored(float_model, quantized, place, readers, is_first, pair)
        found.append(made if reasons is None else _explained(made, reasons))
    return tuple(sorted(found, key=lambda each: (each.subgraph, each.tensor)))


def constant_pairs(
    float_model: Model, quantized: Model, evened_out: Collection[Place] = ()
) -> Mapping[Place, Pair]:
    """Place in the float model -> both tensors of each constant of which the type changed; the
    quantized model has its blocks resolved. ``evened_out``: those of which channels were."""
    return {
        place: replace(pair, is_evened_out=place in evened_out)
        for place, _, _, pair in _pairs(float_model, quantized)
        if pair.after.type != pair.before.type
    }


def values_of(float_model: Model, quantized: Model, pair: Pair) -> Values:
    """The values of a constant that changed."""
    before, after = real_constant(float_model, pair.before), real_constant(quantized, pair.after)
    assert before is not None
    assert after is not None
    step = step_of(pair.after)
    if not pair.is_evened_out:
        return Values(before, after, step)
    factors = channel_factors(before, after, step)
    return Values(before, after / factors, None if step is None else step / factors)


def _pairs(
    float_model: Model, quantized: Model
) -> Iterator[tuple[Place, tuple[Use, ...], bool, Pair]]:
    places = tensor_pairs(float_model, quantized)
    resolved = with_blocks(quantized)
    for each in find_constants(float_model):
        uses = _uses_by_tensor(each)
        for number, (s, t) in enumerate(each.tensors):
            if (s, t) not in places:
                continue
            before = float_model.subgraphs[s].tensors[t]
            after = resolved.subgraphs[s].tensors[places[s, t][1]]
            if len(resolved.buffers[after.buffer]):
                axis = _axis(float_model, each.uses, after)
                yield (s, t), uses.get((s, t), ()), number == 0, Pair(before, after, axis)


def _uses_by_tensor(found: Constant) -> Mapping[Place, tuple[Use, ...]]:
    uses: dict[Place, tuple[Use, ...]] = {}
    for use in found.uses:
        place = use.subgraph, use.tensor
        uses[place] = (*uses.get(place, ()), use)
    return uses


def _axis(model: Model, uses: tuple[Use, ...], after: Tensor) -> int:
    """That of the scales, else that which its first reader has channels along, else the first."""
    quantization = after.quantization
    if quantization is not None and len(quantization.scale) > 1:
        return quantization.axis
    known = (_weight_axis(operator_of(model, use), use.operand) for use in uses)
    axis = next((each for each in known if each is not None), 0)
    return axis if axis < len(after.shape) else 0


def _weight_axis(operator: Operator, operand: int) -> int | None:
    facts = INT8.get(operator.name)
    weights = facts.weights if facts else ()
    return next((each.axis for each in weights if each.operand == operand), None)


def _stored(
    float_model: Model,
    quantized: Model,
    place: Place,
    readers: tuple[str, ...],
    is_first: bool,
    pair: Pair,
) -> StoredConstant:
    before, after = pair.before, pair.after
    common = StoredConstant(
        name=before.name,
        subgraph=place[0],
        tensor=place[1],
        shape=before.shape,
        type_before=before.type,
        type=after.type,
        readers=readers,
        bytes_before=len(float_model.buffers[before.buffer]) if is_first else 0,
        bytes_after=_bytes(quantized, after) if is_first else 0,
    )
    if before.type == after.type or before.type not in _FLOATS:
        return common
    return _measured(common, float_model, quantized, pair)


def _measured(
    common: StoredConstant, float_model: Model, quantized: Model, pair: Pair
) -> StoredConstant:
    values, scale = values_of(float_model, quantized, pair), _scale(pair.after)
    error = weight_error(values.before, values.after, values.step, pair.axis)
    return StoredConstant(
        **{
            **vars(common),
            "granularity": _granularity(pair.after),
            "scale_min": None if scale is None else float(scale.min()),
            "scale_max": None if scale is None else float(scale.max()),
            "sqnr_db": error.sqnr_db,
            "steps": error.steps,
            "reading": _reading(pair.after.type, error.steps),
            "channel": error.channel,
        }
    )


def _reading(kind: str, steps: float | None) -> str:
    if kind in _WIDE:
        return "a bias, with the mean error of its layer taken off"
    return "half precision" if steps is None else reading(steps)


def _explained(made: StoredConstant, told: TensorReport) -> StoredConstant:
    """With what the quantizer says of it."""
    return replace(made, scheme=told.scheme, reason=told.reason)


def _bytes(model: Model, tensor: Tensor) -> int:
    scale = _scale(tensor)
    return len(model.buffers[tensor.buffer]) + (0 if scale is None else SCALE_BYTES * scale.size)


def _scale(tensor: Tensor) -> Array | None:
    quantization = tensor.quantization
    if quantization is None:
        return None
    scale = quantization.scale if quantization.blocks is None else quantization.blocks.scale
    return scale if np.size(scale) else None


def _granularity(tensor: Tensor) -> str | None:
    scale = _scale(tensor)
    if scale is None:
        return None
    assert tensor.quantization is not None
    if tensor.quantization.blocks is not None:
        return "blockwise"
    return "per-tensor" if math.prod(scale.shape) == 1 else "per-channel"

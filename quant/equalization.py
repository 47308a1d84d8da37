"""Cross-layer equalization: channels of little weight are given the precision of the others.

Weights that share a scale leave those that are all small few integers: an output channel among
others, where a weight has one scale, and an input channel always. Where the operators between two
weights keep the scale of a channel (``quant.channel_groups``), it is moved from the weights that
make the channel to those that take it, until both have alike ranges. Factors are powers of two, so
the float model computes the same, bit for bit.

Source: Nagel and others, "Data-Free Quantization Through Weight Equalization and Bias
Correction", ICCV 2019 (arXiv 1906.04721), section 4.1: ``s = sqrt(r1 / r2)``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.constant import constant
from kernels.mapped_memory import release
from kernels.model import Model
from quant.biases import bias_tensor, bias_values, with_bias
from quant.channel_groups import ChannelGroup, Side, channel_groups
from quant.channels import largest_magnitudes
from quant.plan import Plan
from quant.weights import Encoding, outer_channels_inner, store_weight

SWEEPS = 8
"""Over all groups at most: scaling one changes the ranges of its neighbours."""
LARGEST_PART = 0.5
"""Of the measured error that may be left: less gain is not worth a change of the weights."""
LEAST_SPREAD = 16.0
"""From which on there is anything to gain: the largest of the channels' squared ranges over their
mean, where each counts as it is important."""
DEAD = float(np.finfo(np.float32).eps) / 2
REMARK = "channels evened out with the layers beside it"
_LARGEST_EXPONENT = 12

Encodings = Mapping[int, Encoding]
"""Buffer -> how it will be stored."""


@dataclass(frozen=True)
class _Weight:
    """``values`` of a weight, and of which channel of its group each is, along the dimension
    ``axis``."""

    name: str
    buffer: int
    values: NDArray[np.float32]
    axis: int
    channel: NDArray[np.int64]

    def scaled(self, factors: NDArray[Any]) -> NDArray[np.float32]:
        """With each channel times its factor."""
        shape = [1] * self.values.ndim
        shape[self.axis] = -1
        made: NDArray[np.float32] = self.values * factors[self.channel].reshape(shape)
        return made

    def parts(self) -> NDArray[np.float64]:
        """(channels,): the largest magnitudes, as parts of the largest of all; 0 of a channel that
        is dead: so small that float sums lose it."""
        shape = outer_channels_inner(self.values.shape, Encoding("INT8", self.axis))
        found = np.zeros(int(self.channel.max()) + 1)
        np.maximum.at(found, self.channel, largest_magnitudes(self.values.reshape(shape)))
        release(self.values)
        parts: NDArray[np.float64] = found / max(found.max(), np.finfo(np.float64).tiny)
        return np.where(parts < DEAD, 0.0, parts)

    def by_channel(self, values: NDArray[np.float32]) -> NDArray[np.float64]:
        """(channels, values) float64."""
        channels = int(self.channel.max()) + 1
        order = np.argsort(self.channel, kind="stable")
        first = np.moveaxis(values, self.axis, 0)[order]
        return first.reshape(channels, -1).astype(np.float64)


def equalize(model: Model, plan: Plan) -> tuple[Model, Plan]:
    """A model that computes the same, and the plan that says which weights have changed.

    Only where the error of the weights concerned, measured with the encodings of the plan, falls
    far enough.
    """
    encodings = {
        entry.buffer: entry.encoding for entry in plan.constants if entry.encoding is not None
    }
    free, coarse = _groups(model, encodings)
    if not any(_is_uneven(model, group, encodings) for group in coarse):
        return model, plan
    original = model
    for _ in range(SWEEPS):
        before = model
        for group in free:
            model = _equalized(model, group)
        for group in coarse:
            model = _nearer(model, _equalized(model, group), group, encodings)
        if model is before:
            break
    if all(
        _errors(model, each, encodings) == _errors(original, each, encodings) for each in coarse
    ):
        return original, plan
    return model, _with_remarks(plan, _changed(original, model))


def _groups(model: Model, encodings: Encodings) -> tuple[list[ChannelGroup], list[ChannelGroup]]:
    """Those whose scales make no difference to the weights' errors, but to what the ranges of their
    neighbours say of activations; and the others. Without those that have a bias which is stored
    in another float type: an integer one follows the scales of its channels."""
    floats = {buffer for buffer, each in encodings.items() if each.type == "FLOAT16"}
    free: list[ChannelGroup] = []
    coarse: list[ChannelGroup] = []
    for group in channel_groups(model):
        subgraph = model.subgraphs[group.subgraph]
        biases = (bias_tensor(subgraph.operators[side.operator]) for side in group.makers)
        if not any(subgraph.tensors[bias].buffer in floats for bias in biases if bias >= 0):
            shares = any(_shares_scales(w, encodings) for w in _weights(model, group))
            (coarse if shares else free).append(group)
    return free, coarse


def _is_uneven(model: Model, group: ChannelGroup, encodings: Encodings) -> bool:
    """Whether noise of one step is much of some channels: what is read of each weight once, which
    is all that most models need."""
    for weight, importance in _coarse(model, group, encodings):
        signal = float(importance @ weight.parts() ** 2)
        if signal > 0 and importance.sum() >= LEAST_SPREAD * signal:
            return True
    return False


def _changed(before: Model, after: Model) -> set[int]:
    return {b for b, each in enumerate(before.buffers) if each is not after.buffers[b]}


def scale_channels(model: Model, group: ChannelGroup, factors: NDArray[np.float32]) -> Model | None:
    """The model whose makers divide each channel by its factor, and whose takers multiply it;
    None where that would not be exact.

    factors: (channels,), powers of two.
    """
    makers, takers = _makers(model, group), _takers(model, group)
    buffers = list(model.buffers)
    for weights, by in ((makers, 1 / factors), (takers, factors)):
        for weight in weights:
            scaled = weight.scaled(by)
            if not np.array_equal(replace(weight, values=scaled).scaled(1 / by), weight.values):
                return None
            buffers[weight.buffer] = scaled.tobytes()
    made = replace(model, buffers=tuple(buffers))
    for maker in group.makers:
        place = (group.subgraph, maker.operator)
        bias = bias_values(model, place)
        if bias is not None:
            made = with_bias(made, place, bias / factors)
    return made


def _coarse(
    model: Model, group: ChannelGroup, encodings: Encodings
) -> list[tuple[_Weight, NDArray[np.float64]]]:
    """The weights in which channels of the group share a scale, each with the squared ranges of
    the channels on the other side: how much an error of it counts there, or how large is what it
    is multiplied with."""
    found = []
    makers, takers = _makers(model, group), _takers(model, group)
    for weights, others in ((makers, takers), (takers, makers)):
        shared = [weight for weight in weights if _shares_scales(weight, encodings)]
        if shared:
            importance = _parts(others) ** 2
            found += [(weight, importance) for weight in shared]
    return found


def _shares_scales(weight: _Weight, encodings: Encodings) -> bool:
    """Whether channels of its group share a scale."""
    encoding = encodings.get(weight.buffer)
    return encoding is not None and encoding.is_integer and encoding.axis != weight.axis


def _parts(weights: Iterable[_Weight]) -> NDArray[np.float64]:
    """(channels,): of several weights the largest parts."""
    parts: NDArray[np.float64] = np.max([weight.parts() for weight in weights], axis=0)
    return parts


def _weights(model: Model, group: ChannelGroup) -> list[_Weight]:
    return [*_makers(model, group), *_takers(model, group)]


def _makers(model: Model, group: ChannelGroup) -> list[_Weight]:
    return [_weight(model, group, side, side.facts.output_axis, 1) for side in group.makers]


def _takers(model: Model, group: ChannelGroup) -> list[_Weight]:
    operators, tensors = (
        model.subgraphs[group.subgraph].operators,
        model.subgraphs[group.subgraph].tensors,
    )
    found = []
    for side in group.takers:
        inputs = operators[side.operator].inputs
        made = tensors[inputs[side.facts.weight]].shape[side.facts.input_axis]
        read = tensors[inputs[side.facts.activation]].shape[-1]
        multiplier = made // read if side.facts.depthwise else 1
        found.append(_weight(model, group, side, side.facts.input_axis, multiplier))
    return found


def _weight(model: Model, group: ChannelGroup, side: Side, axis: int, multiplier: int) -> _Weight:
    """``multiplier``: so many places along the axis, one after the other, are of one channel."""
    subgraph = model.subgraphs[group.subgraph]
    tensor = subgraph.tensors[subgraph.operators[side.operator].inputs[side.facts.weight]]
    values = constant(model, tensor)
    assert values is not None
    channel = np.arange(values.shape[axis]) // multiplier % group.channels
    return _Weight(tensor.name, tensor.buffer, values, axis, channel)


def _equalized(model: Model, group: ChannelGroup) -> Model:
    """The model with the ranges of the group's channels evened out, itself where they are."""
    factors = _factors(_makers(model, group), _takers(model, group), group.channels)
    if np.all(factors == 1.0):
        return model
    return scale_channels(model, group, factors) or model


def _nearer(model: Model, scaled: Model, group: ChannelGroup, encodings: Encodings) -> Model:
    """The scaled model if its weights are stored so much better."""
    if scaled is model:
        return model
    before, after = (_errors(each, group, encodings) for each in (model, scaled))
    return scaled if after <= LARGEST_PART * before else model


def _errors(model: Model, group: ChannelGroup, encodings: Encodings) -> float:
    """Of all weights concerned."""
    return sum(
        _error(weight, importance, encodings)
        for weight, importance in _coarse(model, group, encodings)
    )


def _factors(
    makers: Iterable[_Weight], takers: Iterable[_Weight], channels: int
) -> NDArray[np.float32]:
    """(channels,) powers of two, by which what makes a channel is divided: 1 for a channel
    without a weight on one side."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = (np.log2(_parts(makers)) - np.log2(_parts(takers))) / 2
    known = np.isfinite(logs)
    exponents = np.zeros(channels)
    if known.any():
        exponents[known] = np.rint(logs[known] - logs[known].mean())
    limited = np.clip(exponents, -_LARGEST_EXPONENT, _LARGEST_EXPONENT)
    return np.exp2(limited).astype(np.float32)


def _error(weight: _Weight, importance: NDArray[np.float64], encodings: Encodings) -> float:
    """The noise of the stored weight over its signal, where each channel counts as it is
    important: scaling channels does not change what this says of them."""
    restored = store_weight(weight.values, encodings[weight.buffer], weight.name).restored()
    noise = importance @ (weight.by_channel(restored - weight.values) ** 2).sum(axis=1)
    signal = importance @ (weight.by_channel(weight.values) ** 2).sum(axis=1)
    return float(noise / signal) if signal > 0 else 0.0


def _with_remarks(plan: Plan, changed: set[int]) -> Plan:
    entries = tuple(
        replace(entry, reason=f"{entry.reason}; {REMARK}") if entry.buffer in changed else entry
        for entry in plan.constants
    )
    return replace(plan, constants=entries)

"""Cross-layer equalization: channels of little weight are given the precision of the others.

Weights that share one scale leave a channel whose weights are all small few integers. Where the
operators on both sides keep the scale of a channel (``quant.channel_groups``), it is moved from
the weights that make the channel to those that take it, until both have alike ranges. Factors
are powers of two, so the float model computes the same, bit for bit. Weights with a scale for each
channel gain nothing by it and are not touched for their own sake.

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
from kernels.model import Model
from quant.biases import bias_tensor, bias_values, with_bias
from quant.channel_groups import ChannelGroup, Side, channel_groups
from quant.plan import Plan
from quant.weights import Encoding, store_weight

SWEEPS = 8
"""Over all groups at most: scaling one changes the ranges of its neighbours."""
LARGEST_PART = 0.5
"""Of the measured error that may be left: where it falls less, which channels the outputs depend on
outweighs it, and real models were as often worse as better by 1 dB."""
REMARK = "channels evened out with the layers beside it"
_LARGEST_EXPONENT = 12

Encodings = Mapping[int, Encoding]
"""Buffer -> how it will be stored."""


@dataclass(frozen=True)
class _Weight:
    """``values`` of a weight, and of which channel of its group each is, along the dimension
    ``axis``."""

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

    def by_channel(self, values: NDArray[np.float32]) -> NDArray[np.float64]:
        """(channels, values) float64."""
        channels = int(self.channel.max()) + 1
        order = np.argsort(self.channel, kind="stable")
        first = np.moveaxis(values, self.axis, 0)[order]
        return first.reshape(channels, -1).astype(np.float64)


def equalize(model: Model, plan: Plan) -> tuple[Model, Plan]:
    """A model that computes the same, and the plan that says which weights have changed.

    Only where a weight gets one scale, and where the error of the weights concerned, measured
    with the encodings of the plan, falls.
    """
    encodings = {
        entry.buffer: entry.encoding for entry in plan.constants if entry.encoding is not None
    }
    groups = [each for each in channel_groups(model) if _may_gain(model, each, encodings)]
    changed: set[int] = set()
    for _ in range(SWEEPS):
        before = model
        for group in groups:
            model = _equalized(model, group, encodings, changed)
        if model is before:
            break
    return model, _with_remarks(plan, changed)


def _may_gain(model: Model, group: ChannelGroup, encodings: Encodings) -> bool:
    """Whether a weight has one scale, and all biases may be changed."""
    subgraph = model.subgraphs[group.subgraph]
    biases = (bias_tensor(subgraph.operators[side.operator]) for side in group.makers)
    stored = any(subgraph.tensors[bias].buffer in encodings for bias in biases if bias >= 0)
    weights = (_weight(model, group, side, side in group.makers) for side in _sides(group))
    return not stored and any(_is_coarse(weight, encodings) for weight in weights)


def _sides(group: ChannelGroup) -> tuple[Side, ...]:
    return (*group.makers, *group.takers)


def _is_coarse(weight: _Weight, encodings: Encodings) -> bool:
    """Whether channels share a scale."""
    encoding = encodings.get(weight.buffer)
    return encoding is not None and encoding.is_integer and encoding.granularity == "per-tensor"


def _weight(model: Model, group: ChannelGroup, side: Side, makes: bool) -> _Weight:
    subgraph = model.subgraphs[group.subgraph]
    tensor = subgraph.tensors[subgraph.operators[side.operator].inputs[side.facts.weight]]
    values = constant(model, tensor)
    assert values is not None
    axis = side.facts.output_axis if makes else side.facts.input_axis
    place = np.arange(values.shape[axis])
    if side.facts.depthwise and not makes:
        inputs = subgraph.tensors[_read(model, group, side)].shape[-1]
        place = place // (values.shape[axis] // inputs)
    return _Weight(tensor.buffer, values, axis, place % group.channels)


def _read(model: Model, group: ChannelGroup, side: Side) -> int:
    operator = model.subgraphs[group.subgraph].operators[side.operator]
    return operator.inputs[side.facts.activation]


def _equalized(model: Model, group: ChannelGroup, encodings: Encodings, changed: set[int]) -> Model:
    """The model with the group's channels scaled, itself where that is no gain. Adds to
    ``changed`` the buffers that are."""
    makers = [_weight(model, group, side, True) for side in group.makers]
    takers = [_weight(model, group, side, False) for side in group.takers]
    coarse_makers = [weight for weight in makers if _is_coarse(weight, encodings)]
    coarse_takers = [weight for weight in takers if _is_coarse(weight, encodings)]
    factors = _factors(coarse_makers, coarse_takers, group.channels)
    scaled = _scaled([(makers, 1 / factors), (takers, factors)])
    weights = [*coarse_makers, *coarse_takers]
    before = sum(_error(each, each.values, encodings) for each in weights)
    if scaled is None or LARGEST_PART * before < sum(
        _error(each, scaled[each.buffer], encodings) for each in weights
    ):
        return model
    changed.update(scaled)
    return _with_weights(_with_biases(model, group, factors), scaled)


def _scaled(
    sides: Iterable[tuple[list[_Weight], NDArray[Any]]],
) -> Mapping[int, NDArray[np.float32]] | None:
    """Buffer -> the scaled weight; None if they are the same, or would not be exact."""
    made: dict[int, NDArray[np.float32]] = {}
    for weights, factors in sides:
        if np.all(factors == 1.0):
            return None
        for weight in weights:
            made[weight.buffer] = weight.scaled(factors)
            again = replace(weight, values=made[weight.buffer]).scaled(1 / factors)
            if not np.array_equal(again, weight.values):
                return None
    return made


def _factors(
    makers: Iterable[_Weight], takers: Iterable[_Weight], channels: int
) -> NDArray[np.float32]:
    """(channels,) powers of two, by which what makes a channel is divided: 1 for a channel
    without a weight on one side."""
    made, taken = (_log_ranges(weights, channels) for weights in (makers, takers))
    both = 2 if len(made) and len(taken) else 1
    logs = (sum(made, np.zeros(channels)) - sum(taken, np.zeros(channels))) / both
    known = np.isfinite(logs)
    exponents = np.zeros(channels)
    if known.any():
        exponents[known] = np.rint(logs[known] - logs[known].mean())
    limited = np.clip(exponents, -_LARGEST_EXPONENT, _LARGEST_EXPONENT)
    return np.exp2(limited).astype(np.float32)


def _log_ranges(weights: Iterable[_Weight], channels: int) -> list[NDArray[np.float64]]:
    """Of weights on one side the binary logarithms of the largest magnitudes by channel, as
    parts of the weight's: of several weights the largest part. Empty for none."""
    parts = []
    for weight in weights:
        largest = np.abs(weight.by_channel(weight.values)).max(axis=1)
        parts.append(largest / max(largest.max(), np.finfo(np.float64).tiny))
    with np.errstate(divide="ignore"):
        return [np.log2(np.max(parts, axis=0))] if parts else []


def _error(weight: _Weight, values: NDArray[np.float32], encodings: Encodings) -> float:
    """The noise of the stored weight over its signal, as the mean over the channels: scaling a
    channel does not change what this says of it."""
    restored = store_weight(values, encodings[weight.buffer], "").restored()
    noise = (weight.by_channel(restored - values) ** 2).sum(axis=1)
    signal = (weight.by_channel(values) ** 2).sum(axis=1)
    shares = noise[signal > 0] / signal[signal > 0]
    return float(shares.mean()) if shares.size else 0.0


def _with_weights(model: Model, made: Mapping[int, NDArray[np.float32]]) -> Model:
    buffers = list(model.buffers)
    for buffer, values in made.items():
        buffers[buffer] = values.tobytes()
    return replace(model, buffers=tuple(buffers))


def _with_biases(model: Model, group: ChannelGroup, factors: NDArray[np.float32]) -> Model:
    for maker in group.makers:
        place = (group.subgraph, maker.operator)
        bias = bias_values(model, place)
        if bias is not None:
            model = with_bias(model, place, bias / factors)
    return model


def _with_remarks(plan: Plan, changed: set[int]) -> Plan:
    entries = tuple(
        replace(entry, reason=f"{entry.reason}; {REMARK}") if entry.buffer in changed else entry
        for entry in plan.constants
    )
    return replace(plan, constants=entries)

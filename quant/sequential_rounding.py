"""Rounding with data, layer after layer: each makes up for what those before it are off by.

A layer's weight is rounded for what the quantized network gives it to read, so that its output is
near to that of the float network; what is left of the mean error is taken off the bias.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kernels.constant import constant
from kernels.model import Model
from kernels.signatures import chosen_signature, signatures_of
from quant.apply import Weights
from quant.bias_correction import with_biases
from quant.layer_rounding import RoundedLayer, round_layer
from quant.observed_runs import Sample
from quant.plan import Plan
from quant.roundable import Layer, roundable_layers
from quant.second_moments import SplitMoments, Windows, second_moments
from quant.side_by_side import Checkpoint, advanced, beginning, run_pairs


def round_with_data(
    model: Model, plan: Plan, weights: Weights, samples: Iterable[Sample], method: str
) -> tuple[Model, Plan, Weights]:
    """The float model with corrected biases for the weights, the plan that says so, and the
    weights, those of linear layers rounded by a method of ``layer_rounding.METHODS``.

    Layers are those of the subgraph that the samples are inputs of. Raises DataError for no
    samples and for those that do not fit the model.
    """
    signature = chosen_signature(signatures_of(model), None)
    checkpoint = beginning(samples, signature)
    quantized = restored_model(model, weights)
    rounded: list[tuple[Layer, RoundedLayer]] = []
    for layer in roundable_layers(model, plan, weights, signature.subgraph):
        checkpoint = advanced(checkpoint, (model, quantized), layer.place[1])
        moments = _moments(checkpoint, (model, quantized), layer)
        weight, before = constant(model, layer.weight), weights[layer.entry.buffer]
        assert weight is not None
        made = round_layer(layer, weight, before, moments, method)
        rounded.append((layer, made))
        restored = restored_model(quantized, {layer.entry.buffer: made.stored})
        quantized = with_biases(restored, {layer.place: made.shift})
    shifts = {layer.place: made.shift for layer, made in rounded}
    stored = {layer.entry.buffer: made.stored for layer, made in rounded}
    return with_biases(model, shifts), _with_remarks(plan, rounded, method), {**weights, **stored}


def restored_model(model: Model, weights: Weights) -> Model:
    """The float model with what a runtime makes of stored weights."""
    buffers = list(model.buffers)
    for buffer, stored in weights.items():
        buffers[buffer] = stored.restored().tobytes()
    return replace(model, buffers=tuple(buffers))


def _moments(checkpoint: Checkpoint, models: tuple[Model, Model], layer: Layer) -> SplitMoments:
    def pairs() -> Iterator[tuple[Windows, Windows]]:
        for one, other in run_pairs(checkpoint, models, layer.place[1], (layer.input,)):
            yield layer.windows(one[layer.input]), layer.windows(other[layer.input])

    return second_moments(pairs(), layer.linear.depthwise)


def _with_remarks(plan: Plan, rounded: list[tuple[Layer, RoundedLayer]], method: str) -> Plan:
    remarks = {layer.entry.buffer: f"; {_remark(made, method)}" for layer, made in rounded}
    entries = tuple(
        replace(entry, reason=entry.reason + remarks.get(entry.buffer, ""))
        for entry in plan.constants
    )
    return replace(plan, constants=entries)


def _remark(made: RoundedLayer, method: str) -> str:
    return (
        f"{method} rounding: SQNR of the output {made.after:.1f} dB on the samples, "
        f"{made.before:.1f} dB before"
    )

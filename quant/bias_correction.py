"""Bias correction: what rounding the weights adds to the mean of a layer's output is taken off
its bias.

With weights off by e, an output is off by ``sum(e x)``, whose mean is ``sum(e m)`` with the mean m
of each input channel: measured, on samples. Source: Nagel and others, "Data-Free Quantization
Through Weight Equalization and Bias Correction", ICCV 2019 (arXiv 1906.04721), section 4.2.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kernels.constant import constant
from kernels.equivariance import LINEAR, Linear
from kernels.model import OPTIONAL_TENSOR, Model, Operator, Subgraph, Tensor
from quant.apply import Weights
from quant.biases import bias_tensor, bias_values, with_bias
from quant.plan import Plan
from quant.weights import StoredWeight

if TYPE_CHECKING:
    from quant.input_means import Means, Place

REMARK = "the mean of its error, as measured, is taken off the bias"


@dataclass(frozen=True)
class _Layer:
    """A linear operator with rounded weights."""

    operator: Operator
    linear: Linear
    weight: Tensor
    stored: StoredWeight


def correct_biases(model: Model, plan: Plan, weights: Weights, means: Means) -> tuple[Model, Plan]:
    """The float model with corrected biases for the weights, and the plan that says so.

    A bias that others read too, or that is not there, becomes a constant of the operator's own.
    """
    shifts = {
        place: _certain(_shifts(model, layer, means[place]))
        for place, layer in _layers(model, weights).items()
        if place in means
    }
    return with_biases(model, shifts), _with_remarks(model, plan, shifts)


def _layers(model: Model, weights: Weights) -> Mapping[Place, _Layer]:
    found = {}
    for s, subgraph in enumerate(model.subgraphs):
        for o, operator in enumerate(subgraph.operators):
            linear = LINEAR.get(operator.name)
            if linear is None or linear.scatters:
                continue
            weight = subgraph.tensors[operator.inputs[linear.weight]]
            stored = weights.get(weight.buffer)
            if stored is None or not stored.encoding.is_integer:
                continue
            if has_float_bias(model, subgraph, operator, weights):
                found[s, o] = _Layer(operator, linear, weight, stored)
    return found


def has_float_bias(
    model: Model, subgraph: Subgraph, operator: Operator, changed: Container[int]
) -> bool:
    """Whether the bias is a float constant and stays one, or is absent.

    changed: buffers that do not stay as they are.
    """
    index = bias_tensor(operator)
    if index == OPTIONAL_TENSOR:
        return True
    bias = subgraph.tensors[index]
    is_constant = bias.type == "FLOAT32" and len(model.buffers[bias.buffer]) > 0
    return is_constant and bias.buffer not in changed


def _shifts(model: Model, layer: _Layer, means: NDArray[np.float64]) -> NDArray[np.float64]:
    """(samples, output channels): the mean error of the output.

    means: (samples, input channels), of the input.
    """
    weight = constant(model, layer.weight)
    assert weight is not None
    error = layer.stored.restored().astype(np.float64) - weight
    linear, inputs = layer.linear, means.shape[1]
    if linear.depthwise:
        of_output = error.reshape(-1, error.shape[-1]).sum(axis=0)
        of_input: NDArray[np.float64] = np.repeat(means, len(of_output) // inputs, axis=1)
        made: NDArray[np.float64] = of_input * of_output
        return made
    axes = (linear.output_axis, linear.input_axis)
    outputs, reads = error.shape[axes[0]], error.shape[axes[1]]
    over_places = np.moveaxis(error, axes, (0, 1)).reshape(outputs, reads, -1).sum(axis=2)
    groups = inputs // reads
    by_group = over_places.reshape(groups, outputs // groups, reads)
    shifts: NDArray[np.float64] = np.einsum(
        "sgi,goi->sgo", means.reshape(-1, groups, reads), by_group
    ).reshape(len(means), outputs)
    return shifts


def _certain(shifts: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of the samples' shifts, less of it the less sure it is (James and Stein's
    positive part): a mean that is no larger than its standard error is none."""
    mean: NDArray[np.float64] = shifts.mean(axis=0)
    if len(shifts) == 1:
        return mean
    variance = shifts.var(axis=0, ddof=1) / len(shifts)
    share = 1.0 - variance / np.maximum(mean * mean, np.finfo(np.float64).tiny)
    certain: NDArray[np.float64] = mean * np.maximum(share, 0.0)
    return certain


def with_biases(model: Model, shifts: Mapping[Place, NDArray[np.float64]]) -> Model:
    """The model with the shifts taken off the biases of the operators."""
    for place, shift in shifts.items():
        if np.any(shift):
            bias = bias_values(model, place)
            model = with_bias(model, place, -shift if bias is None else bias - shift)
    return model


def _with_remarks(model: Model, plan: Plan, shifts: Mapping[Place, NDArray[np.float64]]) -> Plan:
    corrected = {
        (s, _weight_of(model.subgraphs[s].operators[o]))
        for (s, o), shift in shifts.items()
        if np.any(shift)
    }
    entries = tuple(
        replace(entry, reason=f"{entry.reason}; {REMARK}")
        if (entry.subgraph, entry.tensor) in corrected
        else entry
        for entry in plan.constants
    )
    return replace(plan, constants=entries)


def _weight_of(operator: Operator) -> int:
    return operator.inputs[LINEAR[operator.name].weight]

"""How many scales a constant gets, and along which dimension."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kernels.int8 import DEQUANTIZE, PER_TENSOR_TARGETS
from kernels.model import Model
from quant.constants import Constant, tensor_of
from quant.delivery import Delivery

Place = tuple[int, int]
"""A tensor: indices of its subgraph and of itself."""


@dataclass(frozen=True)
class Granularity:
    """axes: tensor -> dimension of the scales, None for one scale; channels: how many scales;
    deliveries: how each use gets it; reason: why not one scale per channel, or nothing."""

    axes: Mapping[Place, int | None]
    channels: int
    deliveries: tuple[Delivery, ...]
    reason: str = ""


@dataclass(frozen=True)
class _Grouping:
    """Which values share a scale, whatever the shape: (outer, channels, inner)."""

    outer: int
    channels: int
    inner: int


def granularity(
    model: Model, constant: Constant, deliveries: tuple[Delivery, ...], target: str
) -> Granularity:
    """One type that every use takes: a scale per channel where all agree on the channels,
    else one scale, for then the file still has the values once.

    A DEQUANTIZE takes any type, so what it feeds has no say beside an operator that reads
    the integers itself.
    """
    groupings = _wanted(model, constant, deliveries)
    if groupings == {None}:
        return _per_tensor(constant, deliveries, "")
    if target in PER_TENSOR_TARGETS:
        return _per_tensor(constant, deliveries, f"target runtime {target} reads one scale")
    if len(groupings) > 1:
        return _per_tensor(constant, deliveries, "its operators want different scales")
    (grouping,) = groupings
    assert grouping is not None
    axes = {
        (s, t): _axis(model.subgraphs[s].tensors[t].shape, grouping) for s, t in constant.tensors
    }
    if None in axes.values():
        return _per_tensor(constant, deliveries, "its tensors have different shapes")
    return Granularity(axes, grouping.channels, deliveries)


def _wanted(
    model: Model, constant: Constant, deliveries: tuple[Delivery, ...]
) -> set[_Grouping | None]:
    direct = {
        (use, delivery)
        for use, delivery in zip(constant.uses, deliveries, strict=True)
        if delivery.how != DEQUANTIZE
    }
    asked = direct or set(zip(constant.uses, deliveries, strict=True))
    return {_grouping(tensor_of(model, use).shape, delivery.axis) for use, delivery in asked}


def _grouping(shape: tuple[int, ...], axis: int | None) -> _Grouping | None:
    if axis is None or axis >= len(shape) or shape[axis] == 1:
        return None
    return _Grouping(math.prod(shape[:axis]), shape[axis], math.prod(shape[axis + 1 :]))


def _axis(shape: tuple[int, ...], grouping: _Grouping) -> int | None:
    return next((a for a in range(len(shape)) if _grouping(shape, a) == grouping), None)


def _per_tensor(constant: Constant, deliveries: tuple[Delivery, ...], reason: str) -> Granularity:
    fed = tuple(
        replace(d, how=DEQUANTIZE, reason="its hybrid kernel takes no single scale")
        if d.needs_axis
        else d
        for d in deliveries
    )
    return Granularity(dict.fromkeys(constant.tensors), 1, fed, reason)

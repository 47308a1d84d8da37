"""How many scales a constant gets, and along which dimension."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kernels.int8 import DEQUANTIZE, PER_TENSOR_TARGETS
from kernels.model import Model
from quant.constants import Constant, tensor_of
from quant.delivery import Delivery
from quant.scheme import Scheme
from quant.weights import Encoding

Place = tuple[int, int]
"""A tensor: indices of its subgraph and of itself."""


@dataclass(frozen=True)
class Granularity:
    """encodings: tensor -> how it is stored, which differs in the axis only; scales: how many;
    deliveries: how each use gets it; reason: why not one scale per channel or block as asked,
    or nothing."""

    encodings: Mapping[Place, Encoding]
    scales: int
    deliveries: tuple[Delivery, ...]
    reason: str = ""


@dataclass(frozen=True)
class _Grouping:
    """Which values share a scale, whatever the shape: (outer, channels, inner)."""

    outer: int
    channels: int
    inner: int


def granularity(
    model: Model,
    constant: Constant,
    deliveries: tuple[Delivery, ...],
    target: str,
    scheme: Scheme,
    block_size: int = 0,
) -> Granularity:
    """One type that every use takes: a scale per channel where all agree on the channels,
    else one scale, for then the file still has the values once. With a ``block_size``, a scale
    for every block where all take that.

    A DEQUANTIZE takes any type, so what it feeds has no say beside an operator that reads
    the integers itself.
    """
    if not Encoding(scheme.weight).is_integer:
        return Granularity(dict.fromkeys(constant.tensors, Encoding(scheme.weight)), 0, deliveries)
    if not block_size:
        return _by_channel(model, constant, deliveries, target, scheme)
    hindrance = _no_blocks(model, constant, deliveries, block_size)
    if hindrance:
        chosen = _by_channel(model, constant, deliveries, target, scheme)
        return replace(chosen, reason=chosen.reason or hindrance)
    elements = math.prod(tensor_of(model, constant.uses[0]).shape)
    encoding = Encoding(scheme.weight, 0, block_size)
    encodings = dict.fromkeys(constant.tensors, encoding)
    return Granularity(encodings, elements // block_size, deliveries)


def _no_blocks(
    model: Model, constant: Constant, deliveries: tuple[Delivery, ...], block_size: int
) -> str:
    """Why the constant cannot have a scale for every block, or nothing."""
    if not all(delivery.takes_blocks for delivery in deliveries):
        return "not every operator reads scales of blocks"
    shapes = {tensor_of(model, use).shape for use in constant.uses}
    if any(shape[-1] % block_size for shape in shapes):
        return f"its last dimension is no multiple of {block_size}"
    return "" if len(shapes) == 1 else "its tensors have different shapes"


def _by_channel(
    model: Model, constant: Constant, deliveries: tuple[Delivery, ...], target: str, scheme: Scheme
) -> Granularity:
    groupings = _wanted(model, constant, deliveries)
    if groupings == {None}:
        return _per_tensor(constant, deliveries, scheme, "")
    if target in PER_TENSOR_TARGETS:
        reason = f"target runtime {target} reads one scale"
        return _per_tensor(constant, deliveries, scheme, reason)
    if len(groupings) > 1:
        return _per_tensor(constant, deliveries, scheme, "its operators want different scales")
    (grouping,) = groupings
    assert grouping is not None
    axes = {
        (s, t): _axis(model.subgraphs[s].tensors[t].shape, grouping) for s, t in constant.tensors
    }
    if None in axes.values():
        return _per_tensor(constant, deliveries, scheme, "its tensors have different shapes")
    encodings = {place: Encoding(scheme.weight, axis) for place, axis in axes.items()}
    return Granularity(encodings, grouping.channels, deliveries)


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


def _per_tensor(
    constant: Constant, deliveries: tuple[Delivery, ...], scheme: Scheme, reason: str
) -> Granularity:
    fed = tuple(
        replace(d, how=DEQUANTIZE, reason="its hybrid kernel takes no single scale")
        if d.needs_axis
        else d
        for d in deliveries
    )
    encodings = dict.fromkeys(constant.tensors, Encoding(scheme.weight))
    return Granularity(encodings, 1, fed, reason)

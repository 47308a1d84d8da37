"""The scale and zero point of every activation, from ranges and what kernels prescribe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from kernels.constant import constant
from kernels.integer import INTEGER
from kernels.model import Model, Operator
from quant.integer.affine import Affine
from quant.integer.forms import Form
from quant.integer.graph import Graph, boundary, graphs
from quant.integer.scheme import IntegerScheme, Place
from quant.ranges import Range
from quant.recipe import FLOAT_IO

BY_RANGE = "by its range"


@dataclass(frozen=True)
class Scaled:
    """How a tensor is quantized, and why so."""

    affine: Affine
    reason: str


@dataclass(frozen=True)
class Scales:
    """tensors: float tensor -> how it is quantized where an operator, or the model's boundary,
    has it as integers. made: output of which the kernel prescribes another quantization."""

    tensors: Mapping[Place, Scaled]
    made: Mapping[Place, Affine]


def choose_scales(model: Model, scheme: IntegerScheme, forms: Mapping[Place, Form]) -> Scales:
    """One quantization for each group of tensors that operators want to have the same.

    It is what a kernel prescribes if that holds the group's range, else the finest for the
    range, and the operator whose kernel prescribes another gets a QUANTIZE after it.
    """
    groups = _Groups()
    prescribed: dict[Place, tuple[Affine, str]] = {}
    for graph, operator in _integer_operators(model, forms):
        tensors = [(graph.index, tensor) for tensor in graph.activations(operator)]
        for tensor in tensors:
            groups.add(tensor)
        if INTEGER[operator.name].shares_scale(scheme.target_runtime):
            groups.join(tensors, operator.name)
        fixed = INTEGER[operator.name].fixed.get(scheme.element_type)
        if fixed is not None:
            affine = Affine(scheme.element_type, fixed.scale, fixed.zero_point)
            outputs = [(graph.index, tensor) for tensor in graph.float_outputs(operator)]
            prescribed |= dict.fromkeys(outputs, (affine, operator.name))
    if scheme.io != FLOAT_IO:
        for place in sorted(boundary(model)):
            if place in scheme.ranges and _is_runtime_float(model, place):
                groups.add(place)
    return _scales(model, scheme, groups, prescribed)


def _integer_operators(
    model: Model, forms: Mapping[Place, Form]
) -> Iterable[tuple[Graph, Operator]]:
    for graph in graphs(model):
        for o, operator in enumerate(graph.subgraph.operators):
            if forms.get((graph.index, o), Form(False)).is_integer:
                yield graph, operator


def _is_runtime_float(model: Model, place: Place) -> bool:
    graph = Graph(model, place[0])
    return graph.is_float(place[1]) and not graph.is_constant(place[1])


class _Groups:
    """Disjoint sets of tensors; each knows which operators tie it."""

    def __init__(self) -> None:
        self.members: dict[Place, list[Place]] = {}
        self.ties: dict[Place, str] = {}
        self._of: dict[Place, Place] = {}

    def add(self, tensor: Place) -> None:
        if tensor not in self._of:
            self._of[tensor] = tensor
            self.members[tensor] = [tensor]

    def join(self, tensors: list[Place], tie: str) -> None:
        first = self._of[tensors[0]]
        for other in {self._of[tensor] for tensor in tensors} - {first}:
            moved = self.members.pop(other)
            self.members[first] += moved
            self._of |= dict.fromkeys(moved, first)
        for tensor in tensors:
            self.ties.setdefault(tensor, tie)


def _scales(
    model: Model,
    scheme: IntegerScheme,
    groups: _Groups,
    prescribed: Mapping[Place, tuple[Affine, str]],
) -> Scales:
    tensors: dict[Place, Scaled] = {}
    for members in groups.members.values():
        affine, why = _of_group(model, scheme, members, prescribed)
        for place in members:
            tie = groups.ties.get(place)
            shared = f"one scale for {len(members)} tensors ({tie}), " if tie else ""
            tensors[place] = Scaled(affine, shared + why)
    made = {
        place: affine
        for place, (affine, _) in prescribed.items()
        if tensors[place].affine != affine
    }
    return Scales(tensors, made)


def _of_group(
    model: Model,
    scheme: IntegerScheme,
    members: list[Place],
    prescribed: Mapping[Place, tuple[Affine, str]],
) -> tuple[Affine, str]:
    fixed = dict(prescribed[place] for place in sorted(members) if place in prescribed)
    ranges = [_range(model, scheme, p) for p in members if len(members) == 1 or p not in prescribed]
    if len(fixed) == 1:
        ((affine, name),) = fixed.items()
        if len(members) == 1 or all(_holds(affine, each) for each in ranges):
            return affine, f"as {name} prescribes"
    ranges += [affine.range for affine in fixed] if len(members) > 1 else []
    low, high = min(each.min for each in ranges), max(each.max for each in ranges)
    return Affine.of(Range(low, high), scheme.element_type), f"{BY_RANGE} [{low:.6g}, {high:.6g}]"


def _holds(affine: Affine, observed: Range) -> bool:
    """Whether the range lies within what the integers can say, or a step beyond."""
    held = affine.range
    return held.min - affine.scale <= observed.min and observed.max <= held.max + affine.scale


def _range(model: Model, scheme: IntegerScheme, place: Place) -> Range:
    """What was observed, or a constant's least and greatest value."""
    if place in scheme.ranges:
        return scheme.ranges[place]
    values = constant(model, model.subgraphs[place[0]].tensors[place[1]])
    assert values is not None
    return Range(float(np.min(values)), float(np.max(values)))

"""Tensors whose channels can only be scaled together, and the weights on either side of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from kernels.constant import constant
from kernels.equivariance import (
    CARRIES,
    EQUIVARIANT_ACTIVATIONS,
    LINEAR,
    READS_NO_VALUES,
    Carries,
    Linear,
)
from kernels.model import OPTIONAL_TENSOR, Model, Operator, Subgraph
from kernels.tflite.schema import OPTIONS, with_defaults


@dataclass(frozen=True)
class Side:
    """A linear operator of the group's subgraph that makes the group's tensors, or takes them."""

    operator: int
    facts: Linear


@dataclass(frozen=True)
class ChannelGroup:
    """``tensors`` of a subgraph, whose element at place f of the row-major order belongs to
    channel ``f % channels``. If ``makers`` divide a channel by a power of two and ``takers``
    multiply what reads it, the subgraph computes what it computed before."""

    subgraph: int
    channels: int
    tensors: tuple[int, ...]
    makers: tuple[Side, ...]
    takers: tuple[Side, ...]


@dataclass
class _Draft:
    """Of tensors that an operator ties: what is known of them so far."""

    tensors: set[int]
    makers: list[Side] = field(default_factory=list)
    takers: list[Side] = field(default_factory=list)
    blocked: bool = False

    def join(self, other: _Draft) -> None:
        self.tensors |= other.tensors
        self.makers += other.makers
        self.takers += other.takers
        self.blocked |= other.blocked


def channel_groups(model: Model) -> tuple[ChannelGroup, ...]:
    """The groups of all subgraphs that may be scaled, in the order of their first makers.

    A group may be scaled if linear operators with constant float weights of their own make
    and take all its tensors, and nothing else sees their values: no other operator, no
    caller, no variable.
    """
    owned = _owned_buffers(model)
    return tuple(
        group for s in range(len(model.subgraphs)) for group in _groups_of(model, s, owned)
    )


def _owned_buffers(model: Model) -> frozenset[int]:
    """The buffers that one operand of one operator reads and nothing else."""
    shown = Counter(tensor.buffer for g in model.subgraphs for tensor in g.tensors)
    read: Counter[int] = Counter()
    for subgraph in model.subgraphs:
        indices = [i for operator in subgraph.operators for i in operator.inputs]
        indices += subgraph.outputs
        read.update(subgraph.tensors[i].buffer for i in indices if i != OPTIONAL_TENSOR)
    return frozenset(b for b, count in read.items() if b and count == shown[b] == 1)


def _groups_of(model: Model, s: int, owned: frozenset[int]) -> Iterator[ChannelGroup]:
    subgraph = model.subgraphs[s]
    drafts: dict[int, _Draft] = {}
    for t, tensor in enumerate(subgraph.tensors):
        drafts[t] = _Draft({t}, blocked=_is_seen(model, s, t) or tensor.type != "FLOAT32")
    for o, operator in enumerate(subgraph.operators):
        _read(model, subgraph, o, operator, drafts, owned)
    distinct = {id(draft): draft for draft in drafts.values()}.values()
    for draft in sorted(distinct, key=lambda d: min((m.operator for m in d.makers), default=-1)):
        channels = _channels(subgraph, draft)
        if channels:
            yield ChannelGroup(
                s,
                channels,
                tuple(sorted(draft.tensors)),
                tuple(draft.makers),
                tuple(draft.takers),
            )


def _is_seen(model: Model, s: int, t: int) -> bool:
    """Whether the tensor has its values from elsewhere or is shown to a caller."""
    subgraph, tensor = model.subgraphs[s], model.subgraphs[s].tensors[t]
    given = {t for each in model.signatures if each.subgraph == s for t in each.outputs.values()}
    return (
        t in subgraph.inputs
        or t in subgraph.outputs
        or t in given
        or tensor.is_variable
        or len(model.buffers[tensor.buffer]) > 0
    )


def _read(
    model: Model,
    subgraph: Subgraph,
    o: int,
    operator: Operator,
    drafts: dict[int, _Draft],
    owned: frozenset[int],
) -> None:
    """What the operator means for the tensors that it reads and makes."""
    linear, carries = LINEAR.get(operator.name), CARRIES.get(operator.name)
    if operator.name in READS_NO_VALUES:
        drafts[operator.outputs[0]].blocked = True
    elif linear is not None and _has_own_weight(model, subgraph, operator, linear, owned):
        _read_linear(subgraph, o, operator, linear, drafts)
    elif carries is not None and _keeps_channels(model, subgraph, operator, carries):
        tied = [operator.inputs[i] for i in carries.operands]
        _tie(drafts, [operator.outputs[0], *tied])
        _block(drafts, [t for t in operator.inputs if t not in tied])
    else:
        _block(drafts, (*operator.inputs, *operator.outputs))


def _block(drafts: Mapping[int, _Draft], tensors: Sequence[int]) -> None:
    for t in tensors:
        if t != OPTIONAL_TENSOR:
            drafts[t].blocked = True


def _tie(drafts: dict[int, _Draft], tensors: Sequence[int]) -> None:
    first = drafts[tensors[0]]
    for t in tensors[1:]:
        other = drafts[t]
        if other is not first:
            first.join(other)
            drafts.update(dict.fromkeys(other.tensors, first))


def _read_linear(
    subgraph: Subgraph, o: int, operator: Operator, linear: Linear, drafts: dict[int, _Draft]
) -> None:
    side = Side(o, linear)
    weight = subgraph.tensors[operator.inputs[linear.weight]]
    taken = drafts[operator.inputs[linear.activation]]
    made = drafts[operator.outputs[0]]
    taken.takers.append(side)
    made.makers.append(side)
    width = _width(subgraph, operator.inputs[linear.activation])
    is_grouped = width != weight.shape[linear.input_axis] and not linear.flattens
    taken.blocked |= is_grouped and not linear.depthwise
    made.blocked |= not _is_equivariant(operator)


def _is_equivariant(operator: Operator) -> bool:
    options = with_defaults(operator.options, OPTIONS[operator.name])
    return getattr(options, "fused_activation_function", 0) in EQUIVARIANT_ACTIVATIONS


def _has_own_weight(
    model: Model, subgraph: Subgraph, operator: Operator, linear: Linear, owned: frozenset[int]
) -> bool:
    """Whether weight and bias are float constants, and no other operator reads the weight."""
    options = with_defaults(operator.options, OPTIONS[operator.name])
    weight = subgraph.tensors[operator.inputs[linear.weight]]
    constants = [weight]
    if linear.bias < len(operator.inputs) and operator.inputs[linear.bias] != OPTIONAL_TENSOR:
        constants.append(subgraph.tensors[operator.inputs[linear.bias]])
    return (
        weight.buffer in owned
        and all(t.type == "FLOAT32" and len(model.buffers[t.buffer]) for t in constants)
        and weight.sparsity is None
        and all(getattr(options, name) == value for name, value in linear.requires.items())
    )


def _keeps_channels(model: Model, subgraph: Subgraph, operator: Operator, carries: Carries) -> bool:
    """Whether an element's channel, by the number of channels, is that of its operand."""
    output = subgraph.tensors[operator.outputs[0]].shape
    inputs = [subgraph.tensors[operator.inputs[i]].shape for i in carries.operands]
    if not _is_equivariant(operator) or len(operator.outputs) != 1:
        return False
    if carries.reshapes:
        return True
    if len(inputs) > 1:
        return all(shape == output for shape in inputs)
    if carries.axes is not None and not _reduces_places(model, subgraph, operator, carries.axes):
        return False
    return bool(output) and output[-1:] == inputs[0][-1:]


def _reduces_places(model: Model, subgraph: Subgraph, operator: Operator, operand: int) -> bool:
    axes = constant(model, subgraph.tensors[operator.inputs[operand]])
    rank = len(subgraph.tensors[operator.inputs[0]].shape)
    return axes is not None and bool(np.all(axes % max(rank, 1) != rank - 1))


def _channels(subgraph: Subgraph, draft: _Draft) -> int:
    """How many channels the tensors have, 0 if they may not be scaled."""
    if draft.blocked or not draft.makers or not draft.takers:
        return 0
    made = {_made_channels(subgraph, maker) for maker in draft.makers}
    widths = [_width(subgraph, t) for t in draft.tensors]
    widths += [_taken_channels(subgraph, taker) for taker in draft.takers]
    (channels,) = made if len(made) == 1 else (0,)
    if channels and all(width and width % channels == 0 for width in widths):
        return channels
    return 0


def _width(subgraph: Subgraph, t: int) -> int:
    """The last dimension, 0 where it is free."""
    tensor = subgraph.tensors[t]
    shape = tensor.shape_signature or tensor.shape
    return max(shape[-1], 0) if shape else 0


def _made_channels(subgraph: Subgraph, side: Side) -> int:
    weight = subgraph.operators[side.operator].inputs[side.facts.weight]
    return subgraph.tensors[weight].shape[side.facts.output_axis]


def _taken_channels(subgraph: Subgraph, side: Side) -> int:
    """How many channels the taker reads: of its weight, or of its operand if depthwise."""
    operator = subgraph.operators[side.operator]
    if side.facts.depthwise:
        return _width(subgraph, operator.inputs[side.facts.activation])
    weight = operator.inputs[side.facts.weight]
    return subgraph.tensors[weight].shape[side.facts.input_axis]

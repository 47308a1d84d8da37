"""From steps to a segment: as many operators as can be lowered, from one of them on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from kernels.constant import RUNTIME_DTYPES
from kernels.cost import CostOf, expected_cost
from kernels.errors import TfliteQuantError
from kernels.flat.instruction import Code, Fusion, Lower, Lowered, Origin, values_of
from kernels.flat.segment import Segment, make_segment
from kernels.flat.value import Block, Source, Value
from kernels.node import Array, Node


@dataclass(frozen=True)
class FlatStep:
    """An operator as a lowering sees it, and the tensors that it reads and makes.

    ``fusions`` are those of which it may be the first.
    """

    node: Node
    lower: Lower | None
    fusions: tuple[Fusion, ...]
    cost: CostOf | None
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclass
class _Progress:
    """What was lowered so far: where tensors are, the instructions, what they cost; the origin
    that instructions of a step have, by its number."""

    sources: dict[int, Source]
    code: list[Code] = field(default_factory=list)
    operations: int = 0
    origins: dict[int, Origin] = field(default_factory=dict)

    def given(self, step: FlatStep) -> list[Source | None]:
        """What a step reads."""
        return [self.sources.get(index) for index in step.inputs]

    def place(self, step: FlatStep, lowered: Lowered) -> None:
        """Says where a step's outputs are."""
        self.sources.update(zip(step.outputs, lowered.outputs, strict=True))

    def take(self, step: FlatStep, lowered: Lowered, fused: FlatStep | None = None) -> None:
        """Adds the instructions of a step, or of two, of which ``fused`` is the first."""
        self.place(step, lowered)
        origin = self.origins[step.node.index]
        if fused is not None:
            origin = self.origins[fused.node.index].with_second(origin)
        self.code += lowered.with_origin(origin).instructions

    def count(self, step: FlatStep, given: Sequence[Source | None], lowered: Lowered) -> None:
        """Counts what a step costs. Raises ModelError if it makes too large an array."""
        shapes = [None if source is None else _stand_in(source) for source in given]
        made = [_stand_in(source) for source in lowered.outputs]
        self.operations += expected_cost(step.node, step.cost, shapes, made)
        operations = 0 if step.cost is None else step.cost(step.node, *shapes).operations
        self.origins[step.node.index] = Origin(step.node.name, operations)


def lower_segment(
    steps: Sequence[FlatStep],
    start: int,
    constants: Mapping[int, Array],
    values: Mapping[int, Array],
    needed: Sequence[frozenset[int]],
) -> Segment | None:
    """The longest segment from step ``start`` on; None if that step cannot be lowered.

    ``values``: what tensors are before it; ``needed[i]``: the tensors that step i and later
    ones read, or that are outputs.
    """
    places = {
        index: Value(Block(value.nbytes), value.shape, value.dtype)
        for index, value in values.items()
        if index not in constants
    }
    progress = _Progress({**constants, **places})
    stop = _lower_all(steps, start, progress, needed)
    if stop == start:
        return None
    made = {index for step in steps[start:stop] for index in step.outputs}
    outputs = {index: progress.sources[index] for index in sorted(made & needed[stop])}
    used = _blocks(progress.code, outputs.values())
    inputs = {place.block: index for index, place in places.items() if place.block in used}
    return make_segment(progress.code, inputs, outputs, stop, progress.operations)


def lower_subgraph(
    steps: Sequence[FlatStep],
    inputs: Mapping[int, Source],
    outputs: Sequence[int],
    needed: Sequence[frozenset[int]],
) -> tuple[Lowered, int] | None:
    """All steps of a subgraph whose constants and inputs are ``inputs``, and their operations;
    None if one of them cannot be lowered."""
    progress = _Progress(dict(inputs))
    if _lower_all(steps, 0, progress, needed) < len(steps):
        return None
    made = tuple(progress.sources[index] for index in outputs)
    return Lowered(made, tuple(progress.code)), progress.operations


def _lower_all(
    steps: Sequence[FlatStep],
    start: int,
    progress: _Progress,
    needed: Sequence[frozenset[int]],
) -> int:
    """Lowers steps as long as they can be; returns the first that cannot.

    The first step of a fusion waits for the second.
    """
    waiting: dict[int, tuple[FlatStep, Lowered]] = {}
    position = start
    while position < len(steps):
        step = steps[position]
        lowered = _lower(step, progress)
        if lowered is None:
            break
        partner = next((index for index in step.inputs if index in waiting), None)
        joined = None
        if partner is not None:
            first, alone = waiting.pop(partner)
            fused = _fuse(first, step, progress)
            if fused is None:
                progress.take(first, alone)
            else:
                lowered, joined = fused, first
        if partner is None and _has_second(steps, position, needed):
            waiting[step.outputs[0]] = step, lowered
            progress.place(step, lowered)
        else:
            progress.take(step, lowered, joined)
        position += 1
    for first, alone in waiting.values():
        progress.take(first, alone)
    return position


def _has_second(steps: Sequence[FlatStep], position: int, needed: Sequence[frozenset[int]]) -> bool:
    """Whether one later step alone reads what this one makes, and a fusion has both."""
    step = steps[position]
    if not step.fusions or len(step.outputs) != 1:
        return False
    made = step.outputs[0]
    readers = [i for i in range(position + 1, len(steps)) if made in steps[i].inputs]
    return (
        len(readers) == 1
        and made not in needed[-1]
        and any(fusion.second == steps[readers[0]].node.name for fusion in step.fusions)
    )


def _fuse(first: FlatStep, second: FlatStep, progress: _Progress) -> Lowered | None:
    made = first.outputs[0]
    given = [None if index == made else progress.sources.get(index) for index in second.inputs]
    for fusion in first.fusions:
        if fusion.second == second.node.name:
            fused = fusion.lower(first.node, second.node, progress.given(first), given)
            if fused is not None and _fits(second, fused):
                return fused
    return None


def _lower(step: FlatStep, progress: _Progress) -> Lowered | None:
    """The step as instructions, None if it must be left to its kernel; counts what it costs."""
    given = progress.given(step)
    if step.lower is None or any(
        source is None and index >= 0 for source, index in zip(given, step.inputs, strict=True)
    ):
        return None
    lowered = step.lower(step.node, given)
    if lowered is None or not _fits(step, lowered):
        return None
    try:
        progress.count(step, given, lowered)
    except TfliteQuantError:
        return None  # beyond a limit: the kernel says which
    return lowered


def _stand_in(source: Source) -> Array:
    """An array of that shape and no memory, or the constant."""
    if not isinstance(source, Value):
        return source
    return np.broadcast_to(np.zeros((), source.dtype), source.shape)


def _fits(step: FlatStep, lowered: Lowered) -> bool:
    """Whether the outputs are of the declared types."""
    declared = [RUNTIME_DTYPES.get(operand.tensor.type) for operand in step.node.outputs]
    return declared == [source.dtype for source in lowered.outputs]


def _blocks(code: Iterable[Code], outputs: Iterable[Source]) -> set[Block]:
    values = [value for item in code for value in values_of(item)]
    values += [source for source in outputs if isinstance(source, Value)]
    return {value.block for value in values}

"""From steps to a segment: as many operators as can be lowered, from one of them on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kernels.constant import RUNTIME_DTYPES
from kernels.cost import expected_cost
from kernels.errors import TfliteQuantError
from kernels.flat.instruction import Code, Lowered, Origin, values_of
from kernels.flat.machine import Attempt
from kernels.flat.segment import make_segment
from kernels.flat.sharing import without_repeats
from kernels.flat.steps import FlatStep, FlatSteps
from kernels.flat.value import Block, Source, Value
from kernels.node import Array

MOST_CODE = 4000
"""Instructions of a segment, and of a subgraph that is lowered into one: subgraphs that call
others twice would become any number of them."""


FOLDED_BYTES = 1 << 20
"""Of constants that an operator makes of constants, to keep them."""


@dataclass
class _Progress:
    """What was lowered so far: where tensors are, the instructions, their ``owners``, what runs
    before the loop, what all costs; the origin of a step's instructions, by its number.

    ``values`` are tensors that get a place when they are first read: ``places``.
    """

    sources: dict[int, Source]
    values: Mapping[int, Array]
    places: dict[int, Value] = field(default_factory=dict)
    code: list[Code] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)
    before: list[Code] = field(default_factory=list)
    operations: int = 0
    origins: dict[int, Origin] = field(default_factory=dict)

    def source(self, index: int) -> Source | None:
        """Where a tensor is; None if it is absent."""
        value = self.values.get(index)
        if index not in self.sources and value is not None:
            place = Value(Block(value.nbytes), value.shape, value.dtype)
            self.sources[index] = self.places[index] = place
        return self.sources.get(index)

    def given(self, step: FlatStep) -> list[Source | None]:
        """What a step reads."""
        return [self.source(index) for index in step.inputs]

    def place(self, step: FlatStep, lowered: Lowered) -> None:
        """Says where a step's outputs are."""
        self.sources.update(zip(step.outputs, lowered.outputs, strict=True))

    def take(self, step: FlatStep, lowered: Lowered, fused: FlatStep | None = None) -> None:
        """Adds the instructions of a step, or of two, of which ``fused`` is the first."""
        self.place(step, lowered)
        origin = self.origins[step.node.index]
        if fused is not None:
            origin = self.origins[fused.node.index].with_second(origin)
        marked = lowered.with_origin(origin)
        self.code += marked.instructions
        self.owners += [step.where] * len(marked.instructions)
        self.before += marked.before
        self.operations += marked.operations

    def share(self, steps: FlatSteps) -> None:
        """Leaves out what is prepared twice; variables are written to meanwhile."""
        unsteady = {
            source.block
            for step in steps.steps
            for index, operand in zip(step.inputs, step.node.inputs, strict=True)
            if operand is not None and operand.tensor.is_variable
            for source in [self.sources.get(index)]
            if isinstance(source, Value)
        }
        self.code, self.owners, sharing = without_repeats(self.code, self.owners, unsteady)
        self.sources = {index: sharing.source(x) for index, x in self.sources.items()}

    def count(self, step: FlatStep, given: Sequence[Source | None], lowered: Lowered) -> None:
        """Counts what a step costs. Raises ModelError if it makes too large an array."""
        shapes = [None if source is None else _stand_in(source) for source in given]
        made = [_stand_in(source) for source in lowered.outputs]
        widest = max((x.itemsize for x in (*shapes, *made) if x is not None), default=1)
        for array in made:
            step.node.limits.check_size(array.shape, widest)
        self.operations += expected_cost(step.node, step.cost, shapes, made)
        operations = 0 if step.cost is None else step.cost(step.node, *shapes).operations
        self.origins[step.node.index] = Origin(step.node.name, operations)


def lower_segment(steps: FlatSteps, start: int, values: Mapping[int, Array]) -> Attempt:
    """The longest segment from step ``start`` on; none if that step cannot be lowered.

    ``values``: what tensors are before it.
    """
    progress = _Progress({**steps.constants}, values)
    stop = _lower_all(steps, start, progress)
    shapes = {index: place.shape for index, place in progress.places.items()}
    if stop == start:
        return Attempt(shapes, None)
    made = {index for step in steps.steps[start:stop] for index in step.outputs}
    read = sorted(index for index in made if steps.reads_from(index, stop))
    outputs = {index: progress.sources[index] for index in read}
    used = _blocks(progress.code, outputs.values())
    inputs = {place.block: index for index, place in progress.places.items() if place.block in used}
    segment = make_segment(
        progress.code, progress.owners, inputs, outputs, stop, progress.operations
    )
    return Attempt(shapes, segment)


def lower_subgraph(
    steps: FlatSteps, inputs: Mapping[int, Source], outputs: Sequence[int]
) -> Lowered | None:
    """All steps of a subgraph, and what they cost; None if one of them cannot be lowered."""
    progress = _Progress({**steps.constants, **inputs}, {})
    if _lower_all(steps, 0, progress) < len(steps.steps):
        return None
    made = [progress.source(index) for index in outputs]
    known = tuple(source for source in made if source is not None)
    if len(known) < len(made) or len(progress.code) + len(progress.before) > MOST_CODE:
        return None
    return Lowered(known, tuple(progress.code), tuple(progress.before), progress.operations)


def _lower_all(steps: FlatSteps, start: int, progress: _Progress) -> int:
    """Lowers steps as long as they can be; returns the first that cannot.

    The first step of a fusion waits for the second.
    """
    waiting: dict[int, tuple[FlatStep, Lowered]] = {}
    position = start
    while position < len(steps.steps) and len(progress.code) <= MOST_CODE:
        step = steps.steps[position]
        if not _join(step, waiting, progress):
            lowered = _lower(step, progress)
            if lowered is None:
                break
            if _has_second(steps, position):
                waiting[step.outputs[0]] = step, lowered
                progress.place(step, lowered)
            else:
                progress.take(step, lowered)
        position += 1
    for first, alone in waiting.values():
        progress.take(first, alone)
    progress.share(steps)
    return position


def _has_second(steps: FlatSteps, position: int) -> bool:
    """Whether one later step alone reads what this one makes, and a fusion has both.

    A step that reads a variable does not wait: others may write to it meanwhile.
    """
    step = steps.steps[position]
    if not step.fusions or len(step.outputs) != 1:
        return False
    readers = steps.readers.get(step.outputs[0], ())
    if len(readers) != 1 or not position < readers[0] < len(steps.steps):
        return False
    second = steps.steps[readers[0]]
    return (
        second.inputs.count(step.outputs[0]) == 1
        and any(fusion.second == second.node.name for fusion in step.fusions)
        and not any(operand and operand.tensor.is_variable for operand in step.node.inputs)
    )


def _join(
    step: FlatStep, waiting: dict[int, tuple[FlatStep, Lowered]], progress: _Progress
) -> bool:
    """Ends the waiting of steps whose outputs this one reads, or makes anew: one may be fused
    with it, others are taken as they are. Tells whether one was fused."""
    joined: tuple[FlatStep, Lowered] | None = None
    for index in (*step.inputs, *step.outputs):
        if index not in waiting:
            continue
        first, alone = waiting.pop(index)
        fused = _fuse(first, step, progress) if joined is None else None
        if fused is None:
            progress.take(first, alone)
        else:
            joined = first, fused
    if joined is not None:
        progress.take(step, joined[1], joined[0])
    return joined is not None


def _fuse(first: FlatStep, second: FlatStep, progress: _Progress) -> Lowered | None:
    """Both as instructions; counts what the second costs."""
    made = first.outputs[0]
    given = progress.given(second)
    seen = [
        None if index == made else source
        for index, source in zip(second.inputs, given, strict=True)
    ]
    for fusion in first.fusions:
        if fusion.second != second.node.name or not _are_known(second, given):
            continue
        fused = _tried(fusion.lower, first.node, second.node, progress.given(first), seen)
        if fused is not None and _counted(second, given, fused, progress):
            return fused
    return None


def _lower(step: FlatStep, progress: _Progress) -> Lowered | None:
    """The step as instructions, None if it must be left to its kernel; counts what it costs."""
    given = progress.given(step)
    if step.lower is None or not _are_known(step, given):
        return None
    lowered = _tried(_folded, step, given) or _tried(step.lower, step.node, given)
    if lowered is None or not _counted(step, given, lowered, progress):
        return None
    return lowered


def _counted(
    step: FlatStep, given: Sequence[Source | None], lowered: Lowered, progress: _Progress
) -> bool:
    """Counts what a step costs; false if its outputs are not of the declared types, or it is
    beyond a limit: the kernel says which."""
    declared = [RUNTIME_DTYPES.get(operand.tensor.type) for operand in step.node.outputs]
    if declared != [source.dtype for source in lowered.outputs]:
        return False
    try:
        progress.count(step, given, lowered)
    except TfliteQuantError:
        return False
    return True


def _tried(lower: Callable[..., Lowered | None], *operator: Any) -> Lowered | None:
    """What ``lower`` makes of operators; None if it fails on a malformed model, for which the
    kernel has the better error."""
    try:
        return lower(*operator)
    except Exception:  # whatever NumPy raises
        return None


def _folded(step: FlatStep, given: Sequence[Source | None]) -> Lowered | None:
    """What a step makes of constants, as constants; None if that is not known now, or large."""
    constants = [source for source in given if not isinstance(source, Value)]
    if step.run is None or not given or len(constants) < len(given):
        return None
    meter = step.node.state.meter
    spent = meter.operations
    try:
        made = [np.asarray(value, order="C") for value in step.run(*constants)]
    finally:
        meter.operations = spent
    return Lowered(tuple(made)) if sum(x.nbytes for x in made) <= FOLDED_BYTES else None


def _are_known(step: FlatStep, given: Sequence[Source | None]) -> bool:
    """Whether its inputs are there, and are numbers."""
    return all(
        source.dtype != np.object_ if source is not None else index < 0
        for source, index in zip(given, step.inputs, strict=True)
    )


def _stand_in(source: Source) -> Array:
    """An array of that shape and no memory, or the constant."""
    if not isinstance(source, Value):
        return source
    return np.broadcast_to(np.zeros((), source.dtype), source.shape)


def _blocks(code: Iterable[Code], outputs: Iterable[Source]) -> set[Block]:
    values = [value for item in code for value in values_of(item)]
    values += [source for source in outputs if isinstance(source, Value)]
    return {value.block for value in values}

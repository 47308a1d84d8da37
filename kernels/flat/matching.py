"""Where the patterns of the operator table are in a subgraph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from kernels.cost import Cost
from kernels.flat.pattern import ANY, Made, Pattern
from kernels.flat.steps import FlatStep, FlatSteps, flat_steps
from kernels.node import Node


@dataclass
class _Match:
    """The tensors of names, and the positions of operators, as they are written."""

    tensors: dict[str, int]
    positions: list[int]


def with_patterns(steps: FlatSteps, outputs: Sequence[int]) -> FlatSteps:
    """The steps, patterns among them as one step each, at the place of their last one."""
    if not any(step.patterns for step in steps.steps):
        return steps
    makers = {index: i for i, step in enumerate(steps.steps) for index in step.outputs}
    changed: dict[int, FlatStep] = {}
    dropped: set[int] = set()
    for position, step in enumerate(steps.steps):
        for pattern in step.patterns:
            match = _match(pattern, steps, makers, position)
            if match is not None and position not in changed:
                within = _read_within(match.positions, steps)
                changed[position] = _joined(pattern, match, steps, len(within))
                dropped |= within - {position}
    kept = [changed.get(i, step) for i, step in enumerate(steps.steps) if i not in dropped]
    return flat_steps(kept, steps.constants, outputs)


def _match(
    pattern: Pattern, steps: FlatSteps, makers: Mapping[int, int], position: int
) -> _Match | None:
    match = _Match({}, [])
    root = steps.steps[position].outputs[0]
    return match if _fits(pattern.root, root, steps, makers, match) else None


def _fits(
    made: Made | str, index: int, steps: FlatSteps, makers: Mapping[int, int], match: _Match
) -> bool:
    """Whether a tensor is what is written there, as far as names are known."""
    if isinstance(made, str):
        return made == ANY or match.tensors.setdefault(made, index) == index
    position = makers.get(index)
    if position is None:
        return False
    step = steps.steps[position]
    match.positions.append(position)
    alike = step.node.name == made.operator and len(step.inputs) == len(made.inputs)
    return (
        alike
        and len(step.outputs) == 1
        and all(
            _fits(part, source, steps, makers, match)
            for part, source in zip(made.inputs, step.inputs, strict=True)
        )
    )


def _read_within(positions: Sequence[int], steps: FlatSteps) -> set[int]:
    """Those operators whose outputs only others of them read, and the first."""
    within = {positions[0]}
    for position in sorted({*positions}, reverse=True):
        readers = steps.readers.get(steps.steps[position].outputs[0], ())
        if {*readers} <= within:
            within.add(position)
    return within


def _joined(pattern: Pattern, match: _Match, steps: FlatSteps, count: int) -> FlatStep:
    """All operators of a match as one step, which costs what ``count`` of them do."""
    nodes = tuple(steps.steps[position].node for position in match.positions)

    def cost(node: Node, first: Any, *others: Any) -> Cost:
        return Cost(turns=count - 1, moved=max(0, pattern.passes - 2) * first.size)

    inputs = tuple(match.tensors[name] for name in pattern.reads)
    root = steps.steps[match.positions[0]]
    operands = dict(
        pair
        for position in match.positions
        for pair in zip(
            steps.steps[position].inputs, steps.steps[position].node.inputs, strict=True
        )
    )
    return replace(
        root,
        node=replace(root.node, inputs=tuple(operands[index] for index in inputs)),
        lower=partial(pattern.lower, nodes),
        fusions=(),
        cost=cost,
        inputs=inputs,
        run=None,
    )

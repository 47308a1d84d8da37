"""The operators of a subgraph as lowerings see them, and who reads what they make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kernels.cost import CostOf
from kernels.flat.instruction import Fusion, Lower
from kernels.flat.pattern import Pattern
from kernels.node import Array, Node, Run


@dataclass(frozen=True)
class FlatStep:
    """An operator as a lowering sees it, and the tensors that it reads and makes.

    ``where`` names it in errors; ``fusions`` are those of which it may be the first, ``patterns``
    those of which it may be the last. ``run`` is its kernel, if that may be called for constants
    when the operator is lowered.
    """

    where: str
    node: Node
    lower: Lower | None
    fusions: tuple[Fusion, ...]
    cost: CostOf | None
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    run: Run | None = None
    patterns: tuple[Pattern, ...] = ()


@dataclass(frozen=True)
class FlatSteps:
    """The steps of a subgraph. ``readers``: the steps that read a tensor, in order, and as the
    last their number if it is an output of the subgraph."""

    steps: tuple[FlatStep, ...]
    constants: Mapping[int, Array]
    readers: Mapping[int, tuple[int, ...]]

    def reads_from(self, index: int, position: int) -> bool:
        """Whether that step or a later one reads a tensor, or it is an output."""
        return self.readers.get(index, (-1,))[-1] >= position


def flat_steps(
    steps: Sequence[FlatStep], constants: Mapping[int, Array], outputs: Iterable[int]
) -> FlatSteps:
    """Steps with who reads their tensors."""
    readers: dict[int, list[int]] = {}
    for position, indices in enumerate((*(step.inputs for step in steps), outputs)):
        for index in dict.fromkeys(indices):
            readers.setdefault(index, []).append(position)
    known = {index: tuple(positions) for index, positions in readers.items()}
    return FlatSteps(tuple(steps), constants, known)


def alone(steps: FlatSteps, position: int) -> FlatSteps:
    """One of the steps, all of whose outputs are read."""
    step = steps.steps[position]
    return flat_steps([step], steps.constants, step.outputs)

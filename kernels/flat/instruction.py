"""What a flat program is made of: calls of kernels, and jumps for control flow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from kernels.flat.value import Source, Value
from kernels.node import Node


@dataclass(frozen=True, eq=False)
class Origin:
    """The operator that instructions come from, as a profile names it, and its multiply-adds."""

    operator: str
    operations: int

    def with_second(self, other: Origin) -> Origin:
        """The origin of two operators that became one."""
        return Origin(f"{self.operator} + {other.operator}", self.operations + other.operations)


@dataclass(frozen=True)
class Instruction:
    """Runs chunks 0 to ``chunks`` - 1 of a kernel; a thread takes ``grain`` of them at a time.

    ``arguments`` are the kernel's fields in order: values and constants for arrays, numbers.
    ``prepares``: the places of those that it makes of all others, if other operators may share
    them; each is a block of its own. If it ``alternates``, chunks are taken from the last to the
    first every other time: in a loop, what was read last is still in the caches. ``runs``: how
    often it runs for each time that its operator does, for profiles.
    """

    kernel: str
    arguments: tuple[Source | float, ...]
    chunks: int = 1
    grain: int = 1
    origin: Origin | None = None
    prepares: tuple[int, ...] = ()
    alternates: bool = False
    runs: float = 1

    def __str__(self) -> str:
        shown = (
            str(argument)
            if isinstance(argument, int | float)
            else f"{argument.dtype.name}{[*argument.shape]}"
            for argument in self.arguments
        )
        return f"{self.kernel}({', '.join(shown)}) x {self.chunks}"


@dataclass(frozen=True, eq=False)
class Label:
    """A place to jump to. A label is only itself."""


@dataclass(frozen=True)
class Jump:
    """Goes on at ``label``: always, or if ``unless``, one boolean, is false.

    Each time counts as ``turns`` of the model's loops that cost ``operations``, if it goes back.
    """

    label: Label
    unless: Value | None = None
    operations: int = 0
    turns: int = 1


Code = Instruction | Label | Jump


@dataclass(frozen=True)
class Lowered:
    """An operator as instructions, which make ``outputs``: values, views of inputs, constants.

    ``before`` are more of them, which read only ``fixed`` values and constants: they run once,
    before the loop that the operator is in. ``operations``: what all costs beyond the kernel.
    """

    outputs: tuple[Source, ...]
    instructions: tuple[Code, ...] = ()
    before: tuple[Code, ...] = ()
    operations: int = 0

    def with_origin(self, origin: Origin) -> Lowered:
        """The same; its instructions come from there, if they have no origin yet."""
        return replace(
            self,
            instructions=_marked(self.instructions, origin),
            before=_marked(self.before, origin),
        )


def _marked(code: Sequence[Code], origin: Origin) -> tuple[Code, ...]:
    return tuple(
        replace(item, origin=item.origin or origin) if isinstance(item, Instruction) else item
        for item in code
    )


Lower = Callable[[Node, Sequence[Source | None]], Lowered | None]
"""What an operator is as instructions, from its inputs; None if only its kernel can tell."""

LowerTwo = Callable[[Node, Node, Sequence[Source | None], Sequence[Source | None]], Lowered | None]
"""The same for two operators of which the second alone reads what the first makes: in the
second one's inputs, that is None."""


@dataclass(frozen=True)
class Fusion:
    """Two operators that are lowered as one."""

    first: str
    second: str
    lower: LowerTwo


def values_of(code: Code) -> Iterator[Value]:
    """The values that it mentions."""
    if isinstance(code, Instruction):
        yield from (value for value in code.arguments if isinstance(value, Value))
    elif isinstance(code, Jump) and code.unless is not None:
        yield code.unless

"""What several operators prepare of the same value is prepared once: branches of a network often
quantize what they all read."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

import numpy as np

from kernels.flat.instruction import Code, Instruction
from kernels.flat.value import Block, Source, Value


@dataclass
class Sharing:
    """``same``: a block -> the one that holds the same before. What is prepared of ``unsteady``
    blocks, and of others that change, is not shared."""

    unsteady: Set[Block]
    same: dict[Block, Block] = field(default_factory=dict)
    known: dict[Hashable, Instruction] = field(default_factory=dict)

    def source(self, source: Source) -> Source:
        """The value, in the block that is left."""
        if isinstance(source, Value) and source.block in self.same:
            return replace(source, block=self.same[source.block])
        return source

    def code(self, item: Code) -> Code | None:
        """The code with the blocks that are left; None if what it makes is there."""
        if not isinstance(item, Instruction):
            self.known.clear()  # what comes before may not have run
            return item
        item = _with_blocks(item, self.same)
        prepared = [item.arguments[place] for place in item.prepares]
        key = _key(item, self.unsteady)
        if not prepared or key is None:
            return item
        first = self.known.setdefault(key, item)
        if first is item:
            return item
        for place, made in zip(item.prepares, prepared, strict=True):
            kept = first.arguments[place]
            if isinstance(made, Value) and isinstance(kept, Value):
                self.same[made.block] = kept.block
        return None


def _with_blocks(item: Instruction, same: Mapping[Block, Block]) -> Instruction:
    if not any(isinstance(value, Value) and value.block in same for value in item.arguments):
        return item
    arguments = tuple(
        replace(value, block=same.get(value.block, value.block))
        if isinstance(value, Value)
        else value
        for value in item.arguments
    )
    return replace(item, arguments=arguments)


def _key(item: Instruction, unsteady: Set[Block]) -> Hashable | None:
    """What instructions have in common that make the same; None if it is not to be shared."""
    parts: list[Hashable] = [item.kernel, item.chunks]
    for place, argument in enumerate(item.arguments):
        if place in item.prepares and isinstance(argument, Value):
            parts.append((argument.shape, argument.dtype))
        elif isinstance(argument, Value):
            if argument.block in unsteady or argument.block.changes:
                return None
            parts.append(argument)
        else:
            parts.append(id(argument) if isinstance(argument, np.ndarray) else argument)
    return tuple(parts)


def without_repeats(
    code: Sequence[Code], owners: Sequence[str], unsteady: Set[Block]
) -> tuple[list[Code], list[str], Sharing]:
    """The code with what it has of its own, its owners, and where values are now."""
    sharing = Sharing(unsteady)
    kept = [(sharing.code(item), owner) for item, owner in zip(code, owners, strict=True)]
    left = [(item, owner) for item, owner in kept if item is not None]
    return [item for item, _ in left], [owner for _, owner in left], sharing

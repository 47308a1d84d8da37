"""Copies of values, and how to do without them: what makes a value writes it where it is to be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from kernels.flat.instruction import Code, Instruction, Jump
from kernels.flat.lives import lives
from kernels.flat.value import Block, Source, Value
from kernels.node import Array

COPY = "copying.copy"
GRAIN = 1 << 16
"""Bytes that a thread copies at a time."""


def copy(source: Source, target: Value) -> Instruction:
    """Writes a value or a constant to a value of the same shape and type."""
    return Instruction(COPY, (as_bytes(source), as_bytes(target)), target.size, GRAIN)


def as_bytes(source: Source) -> Source:
    """The same memory, as bytes."""
    if isinstance(source, Value):
        return replace(source, shape=(source.size,), dtype=np.dtype(np.uint8))
    flat: Array = np.ascontiguousarray(source).reshape(-1).view(np.uint8)
    return flat


def is_whole(value: Value) -> bool:
    """Whether a value is all of its block."""
    return value.offset == 0 and value.size == value.block.size


def written_to(code: Sequence[Code], made: Block, target: Block) -> tuple[Code, ...] | None:
    """The code with ``target`` in place of ``made``, a block of the same size that it makes and
    leaves; None if ``target``, which holds something else before, is still read after that.

    A copy of all of ``target`` to ``made`` is dropped, if nothing else keeps them apart.
    """
    found = lives(code, given=[target], kept=[made])
    before, after = found[target], found[made]
    if before.last > after.first:
        return None
    if before.last == after.first and not _copies(code[after.first], target, made):
        return None
    moved = (_moved(item, made, target) for item in code)
    return tuple(item for item in moved if not _copies(item, target, target))


def _copies(item: Code, source: Block, target: Block) -> bool:
    """Whether an instruction copies all of a block to another."""
    if not isinstance(item, Instruction) or item.kernel != COPY:
        return False
    blocks = [value.block for value in item.arguments if isinstance(value, Value)]
    return blocks == [source, target] and item.chunks == source.size == target.size


def _moved(item: Code, made: Block, target: Block) -> Code:
    if isinstance(item, Instruction):
        arguments = tuple(
            replace(value, block=target)
            if isinstance(value, Value) and value.block == made
            else value
            for value in item.arguments
        )
        return replace(item, arguments=arguments)
    if isinstance(item, Jump) and item.unless is not None and item.unless.block == made:
        return replace(item, unless=replace(item.unless, block=target))
    return item


def _is_there(source: Source, target: Value) -> bool:
    place = (target.block, target.offset)
    return isinstance(source, Value) and (source.block, source.offset) == place


def copies_at_once(moves: Iterable[tuple[Source, Value]]) -> tuple[Code, ...]:
    """Copies that read all sources before any target is written, where a source lies in one.

    What is in its place already is not copied.
    """
    listed = [(source, target) for source, target in moves if not _is_there(source, target)]
    targets = {target.block for _, target in listed}
    first: list[Code] = []
    last: list[Code] = []
    for source, target in listed:
        if isinstance(source, Value) and source.block in targets:
            held = replace(source, block=Block(source.size), offset=0)
            first.append(copy(source, held))
            last.append(copy(held, target))
        else:
            last.append(copy(source, target))
    return (*first, *last)

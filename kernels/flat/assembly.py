"""Instructions as words in memory, as ``kernels.compiled.machine`` reads them.

An instruction is: the kernel's address; where the next one begins; chunks; grain; its fields.
A jump is: 0; where the next one begins; the address of the boolean or 0; where to go; operations.
Places are counted in words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kernels.field_types import FieldType
from kernels.flat.arena import Arena
from kernels.flat.instruction import Code, Instruction, Jump, Label
from kernels.flat.value import Block, Source, Value
from kernels.kernel import array_words, kernel, number_word
from kernels.node import Array

HEADER = 4
"""Words before an instruction's fields."""
LINE = 64


@dataclass(frozen=True)
class Assembly:
    """``words``: the program. ``offsets``: of blocks in ``memory``, the arena. ``addresses``: of
    values outside of it: (word, block, offset). ``constants`` are kept since words hold their
    addresses. ``places``: where each code begins, and the last one ends."""

    words: Array
    offsets: Mapping[Block, int]
    addresses: tuple[tuple[int, Block, int], ...]
    constants: tuple[Array, ...]
    memory: Array
    places: tuple[int, ...]


@dataclass(frozen=True)
class _Place:
    """The address of a value outside the arena, which each run sets."""

    block: Block
    offset: int


def assemble(code: Sequence[Code], arena: Arena) -> Assembly:
    """The words of a program, whose arena is allocated here."""
    memory = allocate(arena.size)
    base = memory.ctypes.data
    addresses = {block: base + offset for block, offset in arena.offsets.items()}
    rows = [_row(item, addresses) for item in code]
    places = [0]
    for row in rows:
        places.append(places[-1] + len(row))
    labels = {id(item): place for item, place in zip(code, places, strict=False)}
    words: list[int] = []
    outside: list[tuple[int, Block, int]] = []
    for item, row, end in zip(code, rows, places[1:], strict=True):
        for word in row:
            if isinstance(word, _Place):
                outside.append((len(words), word.block, word.offset))
            words.append(0 if isinstance(word, _Place) else word)
        start = end - len(row)
        if row:
            words[start + 1] = end
        if isinstance(item, Jump):
            words[start + 3] = labels[id(item.label)]
    return Assembly(
        np.array(words, np.int64),
        arena.offsets,
        tuple(outside),
        _constants(code),
        memory,
        tuple(places),
    )


def allocate(size: int) -> Array:
    """Bytes that begin at a cache line."""
    memory = np.zeros(size + LINE, np.uint8)
    start = -memory.ctypes.data % LINE
    return memory[start : start + size]


def _row(code: Code, addresses: Mapping[Block, int]) -> list[int | _Place]:
    if isinstance(code, Label):
        return []
    if isinstance(code, Jump):
        flag = 0 if code.unless is None else _address(code.unless, addresses)
        return [0, 0, flag, 0, code.operations]
    called = kernel(code.kernel)
    if len(code.arguments) != len(called.fields):
        raise TypeError(f"{code.kernel} takes {', '.join(called.fields)}: {code}.")
    row: list[int | _Place] = [called.address, 0, code.chunks, code.grain]
    for (name, kind), argument in zip(called.fields.items(), code.arguments, strict=True):
        row += _field(f"{code.kernel}: {name}", kind, argument, addresses)
    return row


def _field(
    where: str, kind: FieldType, argument: Source | float, addresses: Mapping[Block, int]
) -> list[int | _Place]:
    if isinstance(argument, np.ndarray):
        return [*array_words(where, kind, argument)]
    if not isinstance(argument, Value):
        return [number_word(kind, argument)]
    if not kind.is_array or (not kind.raw and not kind.holds(argument.dtype)):
        raise TypeError(f"{where} is {kind.code}, not {argument.dtype}.")
    return [_address(argument, addresses), argument.count]


def _address(value: Value, addresses: Mapping[Block, int]) -> int | _Place:
    if value.block in addresses:
        return addresses[value.block] + value.offset
    return _Place(value.block, value.offset)


def _constants(code: Sequence[Code]) -> tuple[Array, ...]:
    return tuple(
        argument
        for item in code
        if isinstance(item, Instruction)
        for argument in item.arguments
        if isinstance(argument, np.ndarray)
    )

"""Instructions as words in memory, as ``kernels.compiled.machine`` reads them.

An instruction is: the kernel's address; where the next one begins; chunks; grain; the direction
in which it takes them; its fields.
A jump is: 0; where the next one begins; the address of the boolean or 0; where to go; operations;
turns.
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

HEADER = 5
"""Words before an instruction's fields."""
LINE = 64


MOST_TASKS = (1 << 20) - 1
"""Of an instruction: as many as a ticket counts."""
MOST_OPERATIONS = 1 << 62
"""Of a turn: as many as a word counts."""


@dataclass(frozen=True)
class Assembly:
    """``words``: the program. ``arena``: (2, n) words that are addresses in the arena, and the
    bytes from its beginning; ``offsets``: of its blocks. ``outside``: of values elsewhere: (word,
    block, offset). ``constants`` are kept since words hold their addresses. ``places``: where
    each code begins, and the last one ends."""

    words: Array
    arena: Array
    offsets: Mapping[Block, int]
    outside: tuple[tuple[int, Block, int], ...]
    constants: tuple[Array, ...]
    places: tuple[int, ...]

    def bind(self, memory: Array, given: Mapping[Block, Array]) -> None:
        """Says where the arena is, and the blocks outside of it."""
        (places, offsets), base = self.arena, memory.ctypes.data
        if places.size and self.words[places[0]] != offsets[0] + base:
            self.words[places] = offsets + base
        addresses = {block: value.ctypes.data for block, value in given.items()}
        for word, block, offset in self.outside:
            self.words[word] = addresses[block] + offset


@dataclass(frozen=True)
class _Place:
    """The address of a value, which is known when the program runs."""

    block: Block
    offset: int


_Row = list[int | _Place]


def assemble(code: Sequence[Code], arena: Arena) -> Assembly:
    """The words of a program, without addresses of values."""
    rows = [_row(item) for item in code]
    places = [0]
    for row in rows:
        places.append(places[-1] + len(row))
    labels = {id(item): place for item, place in zip(code, places, strict=False)}
    for item, row, end in zip(code, rows, places[1:], strict=True):
        if row:
            row[1] = end
        if isinstance(item, Jump):
            row[3] = labels[id(item.label)]
    words = [word for row in rows for word in row]
    return Assembly(
        np.array([0 if isinstance(word, _Place) else word for word in words], np.int64),
        _arena_words(words, arena.offsets),
        arena.offsets,
        tuple(
            (place, word.block, word.offset)
            for place, word in enumerate(words)
            if isinstance(word, _Place) and word.block not in arena.offsets
        ),
        _constants(code),
        tuple(places),
    )


def _arena_words(words: _Row, offsets: Mapping[Block, int]) -> Array:
    found = [
        (place, offsets[word.block] + word.offset)
        for place, word in enumerate(words)
        if isinstance(word, _Place) and word.block in offsets
    ]
    return np.array(found, np.int64).reshape(-1, 2).T


def allocate(size: int) -> Array:
    """Bytes that begin at a cache line."""
    memory = np.zeros(size + LINE, np.uint8)
    start = -memory.ctypes.data % LINE
    return memory[start : start + size]


def _row(code: Code) -> _Row:
    if isinstance(code, Label):
        return []
    if isinstance(code, Jump):
        flag = 0 if code.unless is None else _Place(code.unless.block, code.unless.offset)
        return [0, 0, flag, 0, min(code.operations, MOST_OPERATIONS), code.turns]
    called = kernel(code.kernel)
    if len(code.arguments) != len(called.fields):
        raise TypeError(f"{code.kernel} takes {', '.join(called.fields)}: {code}.")
    grain = max(code.grain, -(-code.chunks // MOST_TASKS))
    row: _Row = [called.address, 0, code.chunks, grain, -1 if code.alternates else 0]
    for (name, kind), argument in zip(called.fields.items(), code.arguments, strict=True):
        row += _field(f"{code.kernel}: {name}", kind, argument)
    return row


def _field(where: str, kind: FieldType, argument: Source | float) -> _Row:
    if isinstance(argument, np.ndarray):
        return [*array_words(where, kind, argument)]
    if not isinstance(argument, Value):
        return [number_word(kind, argument)]
    if not kind.is_array or (not kind.raw and not kind.holds(argument.dtype)):
        raise TypeError(f"{where} is {kind.code}, not {argument.dtype}.")
    return [_Place(argument.block, argument.offset), argument.count]


def _constants(code: Sequence[Code]) -> tuple[Array, ...]:
    return tuple(
        argument
        for item in code
        if isinstance(item, Instruction)
        for argument in item.arguments
        if isinstance(argument, np.ndarray)
    )

"""Places in the arena, by brute force: programs run on it, and nothing is lost."""

import random
from itertools import combinations, pairwise

import numpy as np
import pytest

from kernels.flat.arena import ALIGNMENT, SLACK, plan_arena
from kernels.flat.instruction import Instruction, Jump, Label, values_of
from kernels.flat.lives import lives
from kernels.flat.value import new_value

SEEDS = range(60)
MOST_TURNS = 3


def uses(*mentioned):
    """Writes the last value, from the others."""
    return Instruction("any.kernel", mentioned)


class Writer:
    """Random programs: what they read was written before, whatever way they took."""

    def __init__(self, seed):
        self.draw = random.Random(seed)
        self.code = []

    def value(self):
        return new_value((self.draw.choice([0, 1, 7, 8, 30, 200]),), np.int64)

    def lines(self, known, depth):
        """Some lines more; ``known`` are values that were written."""
        known = list(known)
        for _ in range(self.draw.randint(1, 6)):
            if depth and self.draw.random() < 0.3:
                self.loop(known, depth)
            else:
                self.line(known)
        return known

    def line(self, known):
        read = self.draw.sample(known, min(len(known), self.draw.randint(0, 3)))
        fresh = self.value() if not known or self.draw.random() < 0.7 else self.draw.choice(known)
        self.code.append(uses(*read, fresh))
        known.append(fresh)

    def loop(self, known, depth):
        top, end = Label(), Label()
        self.code.append(top)
        if known and self.draw.random() < 0.5:
            self.code.append(Jump(end, unless=self.draw.choice(known)))
            self.lines(known, depth - 1)
        else:
            known += self.lines(known, depth - 1)
        self.code += [Jump(top), end]


class Memory:
    """The bytes of an arena; each write leaves its number in a block's bytes."""

    def __init__(self, arena):
        self.bytes = np.zeros(arena.size, np.int64)
        self.offsets, self.written, self.number = arena.offsets, {}, 0

    def at(self, value):
        start = self.offsets[value.block]
        return self.bytes[start : start + value.block.size]

    def read(self, value):
        assert np.all(self.at(value) == self.written.get(value.block, 0))

    def write(self, value):
        self.number += 1
        self.at(value)[:] = self.written[value.block] = self.number


def execute(code, memory, draw):
    places = {item: place for place, item in enumerate(code) if isinstance(item, Label)}
    turns, position = {}, 0
    while position < len(code):
        item = code[position]
        if isinstance(item, Instruction):
            *read, made = item.arguments
            for value in read:
                memory.read(value)
            memory.write(made)
        elif isinstance(item, Jump):
            back = places[item.label] < position
            if item.unless is not None:
                memory.read(item.unless)
            turns[position] = turns.get(position, 0) + 1
            if draw.random() < 0.5 and (not back or turns[position] < MOST_TURNS):
                position = places[item.label]
        position += 1


def written(code):
    """Values that were written in any case: outside of loops."""
    depth, found = 0, []
    for item in code:
        if isinstance(item, Label) and any(
            isinstance(jump, Jump) and jump.label is item for jump in code[code.index(item) :]
        ):
            depth += 1
        elif isinstance(item, Jump) and item.unless is None:
            depth -= 1
        elif isinstance(item, Instruction) and depth == 0:
            found.append(item.arguments[-1])
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_programs_find_what_they_wrote(seed):
    writer = Writer(seed)
    writer.lines([], depth=3)
    kept = writer.draw.sample(written(writer.code), min(2, len(written(writer.code))))
    arena = plan_arena(writer.code, [value.block for value in kept], [])
    for _ in range(5):
        memory = Memory(arena)
        execute(writer.code, memory, writer.draw)
        for value in kept:
            memory.read(value)


@pytest.mark.parametrize("seed", SEEDS)
def test_blocks_that_live_together_lie_apart(seed):
    writer = Writer(seed)
    writer.lines([], depth=3)
    arena = plan_arena(writer.code, [], [])
    found = lives(writer.code)
    assert arena.offsets.keys() == found.keys()
    for (a, a_life), (b, b_life) in combinations(found.items(), 2):
        if a_life.meets(b_life):
            first, second = sorted((arena.offsets[block], block.size) for block in (a, b))
            assert sum(first) + SLACK <= second[0]
    assert all(arena.offsets[block] + block.size + SLACK <= arena.size for block in found)
    assert all(offset % ALIGNMENT == 0 for offset in arena.offsets.values())


def test_of_nothing():
    arena = plan_arena([], [], [])
    assert (arena.size, arena.offsets) == (0, {})


def test_blocks_outside_have_no_place():
    a, b = new_value((4,), np.int64), new_value((4,), np.int64)
    assert plan_arena([uses(a, b)], [], [a.block]).offsets.keys() == {b.block}


def test_memory_is_used_again():
    chain = [new_value((1000,), np.int64) for _ in range(9)]
    code = [uses(x, y) for x, y in pairwise(chain)]
    assert plan_arena(code, [], []).size == 2 * (8000 + SLACK)


def test_what_is_kept_is_not_used_again():
    chain = [new_value((1000,), np.int64) for _ in range(9)]
    code = [uses(x, y) for x, y in pairwise(chain)]
    assert plan_arena(code, [chain[0].block], []).size == 3 * (8000 + SLACK)


def test_a_small_block_fills_a_gap():
    first, second, long = (new_value((size,), np.int64) for size in (1000, 10, 900))
    code = [uses(first, long), uses(long, second)]
    arena = plan_arena(code, [], [])
    assert arena.offsets[second.block] == arena.offsets[first.block] == 0


def test_values_are_those_that_code_mentions():
    a, label = new_value((1,), np.bool_), Label()
    assert [*values_of(Jump(label, unless=a))] == [a]
    assert [*values_of(Jump(label))] == [*values_of(label)] == []

"""The loop that executes programs, and threads that assist it."""

from dataclasses import replace
from threading import Thread

import numpy as np
import pytest

from kernels.compiled.machine import (
    FINISHED,
    LOOPS,
    OPERATIONS,
    REFUSED,
    STATUS,
    TICKET,
    TOO_MANY_LOOPS,
    TOO_MANY_OPERATIONS,
    TURN_SHIFT,
    WORK,
)
from kernels.flat import segment
from kernels.flat.arena import plan_arena
from kernels.flat.assembly import HEADER, MOST_TASKS, allocate, assemble
from kernels.flat.instruction import Jump, Label
from kernels.flat.value import Block, Value
from kernels.kernel import kernel
from tests.flat_kernels import called, flat_kernels

pytestmark = pytest.mark.usefixtures(flat_kernels.__name__)
__all__ = ["flat_kernels"]


def test_the_control_block_is_the_same_for_both_sides():
    names = "LOOPS", "OPERATIONS", "STATUS", "WORK", "FINISHED", "FAILED", "TOO_MANY_LOOPS"
    from kernels.compiled import machine

    assert [getattr(segment, name) for name in names] == [getattr(machine, name) for name in names]
    assert MOST_TASKS == machine.MASK
    assert HEADER == machine.FIELDS


def place(array):
    return Value(Block(array.nbytes), array.shape, array.dtype)


class Program:
    """A program whose values are all outside of the arena."""

    def __init__(self, code, given):
        made = assemble(code, plan_arena(code, [], given))
        made.bind(allocate(0), given)
        self.words, self.places, self.kept = made.words, made.places, (made, given)
        self.control = allocate(512).view(np.int64)

    def run(self, threads=1, turns=1000, operations=1 << 60):
        self.control[[LOOPS, OPERATIONS]] = turns, operations
        self.control[[STATUS, FINISHED]] = 0
        assist = kernel("machine.assist")
        others = [
            Thread(target=assist, args=(self.words, self.control), kwargs={"chunks": 1})
            for _ in range(threads - 1)
        ]
        for other in others:
            other.start()
        arguments = (self.words, self.control, self.words, self.control, threads)
        kernel("machine.execute")(*arguments, chunks=self.words.size)
        self.control[FINISHED] = 1
        for other in others:
            other.join()
        return self.control[STATUS]


@pytest.mark.parametrize("threads", [1, 2, 3, 4])
@pytest.mark.parametrize(("chunks", "grain"), [(0, 1), (1, 1), (1000, 1), (1000, 7), (10, 100)])
def test_every_chunk_once(threads, chunks, grain):
    counts = np.zeros(1000, np.int64)
    where = place(counts)
    code = [called("count", where, chunks=chunks, grain=grain) for _ in range(30)]
    program = Program(code, {where.block: counts})
    for run in range(1, 21):
        assert program.run(threads) == 0
        np.testing.assert_array_equal(counts[:chunks], 30 * run)
        np.testing.assert_array_equal(counts[chunks:], 0)


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("grain", [1, 7, 100])
def test_every_chunk_once_there_and_back(threads, grain):
    counts = np.zeros(100, np.int64)
    where = place(counts)
    code = [replace(called("count", where, chunks=100, grain=grain), alternates=True)] * 3
    program = Program(code, {where.block: counts})
    for run in range(1, 8):
        assert program.run(threads) == 0
        np.testing.assert_array_equal(counts, 3 * run)


def test_chunks_are_taken_from_the_last_every_other_time():
    """Each element becomes the sum of itself and the one before: in what order, it shows."""
    x = np.ones(5, np.int64)
    where = place(x)
    left, right = where.part(0, (4,)), where.part(1, (4,))
    code = [replace(called("add", left, right, right, chunks=4), alternates=True)]
    program = Program(code, {where.block: x})
    program.run()
    assert x.tolist() == [1, 2, 3, 4, 5]
    program.run()
    assert x.tolist() == [1, 3, 5, 7, 9]
    program.run()
    assert x.tolist() == [1, 4, 9, 16, 25]


@pytest.mark.parametrize("threads", [1, 4])
def test_the_number_of_turns_may_overflow(threads):
    counts = np.zeros(100, np.int64)
    where = place(counts)
    code = [called("count", where, chunks=100, grain=9) for _ in range(100)]
    program = Program(code, {where.block: counts})
    program.control[TICKET] = ((1 << 24) - 50) << TURN_SHIFT & (1 << 63) - 1
    program.control[TICKET] -= 1 << 62
    for run in range(1, 11):
        assert program.run(threads) == 0
        np.testing.assert_array_equal(counts, 100 * run)


def loop(operations=0):
    counts = np.zeros(1, np.int64)
    where, top = place(counts), Label()
    code = [top, called("count", where), Jump(top, operations=operations)]
    return Program(code, {where.block: counts}), counts


@pytest.mark.parametrize("turns", [0, 1, 1000])
def test_too_many_loops(turns):
    program, counts = loop()
    assert program.run(turns=turns) == TOO_MANY_LOOPS
    assert counts == turns + 1
    assert program.control[WORK] == program.places[2]


def test_too_many_operations():
    program, counts = loop(operations=10)
    assert program.run(operations=35) == TOO_MANY_OPERATIONS
    assert counts == 4


@pytest.mark.parametrize("threads", [1, 3])
def test_a_refusal_ends_the_program(threads):
    x, y, counts = np.arange(100), np.zeros(100, np.int64), np.zeros(2, np.int64)
    places = [place(array) for array in (x, y, counts)]
    code = [
        called("count", places[2].part(0, (1,))),
        called("no_negatives", *places[:2], chunks=100, grain=3),
        called("count", places[2].part(1, (1,))),
    ]
    given = dict(zip((where.block for where in places), (x, y, counts), strict=True))
    program = Program(code, given)
    assert program.run(threads) == 0
    x[70] = -1
    assert program.run(threads) == REFUSED
    assert counts.tolist() == [2, 1]
    assert program.control[WORK] == program.places[1]

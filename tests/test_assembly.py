"""Programs as words in memory."""

from dataclasses import replace

import numpy as np
import pytest

from kernels.flat.arena import plan_arena
from kernels.flat.assembly import HEADER, MOST_TASKS, allocate, assemble
from kernels.flat.instruction import Jump, Label
from kernels.flat.value import new_value
from tests.flat_kernels import called, flat_kernels, known

pytestmark = pytest.mark.usefixtures(flat_kernels.__name__)
__all__ = ["flat_kernels"]


def value(*shape, dtype=np.int64):
    return new_value(shape, dtype)


def assembled(code, outside=()):
    return assemble(code, plan_arena(code, [], [v.block for v in outside]))


def test_of_nothing():
    made = assembled([])
    assert made.words.size == 0
    assert made.places == (0,)
    made.bind(allocate(0), {})


def test_an_instruction():
    x, z, constant = value(2, 3), value(6), np.arange(6)
    made = assembled([called("add", x, constant, z, chunks=6, grain=4)], outside=[x])
    given = np.ones((2, 3), np.int64)
    memory = allocate(1024)
    made.bind(memory, {x.block: given})
    addresses = [given.ctypes.data, constant.ctypes.data, memory.ctypes.data]
    fields = [word for address in addresses for word in (address, 6)]
    assert made.words.tolist() == [known("add").address, HEADER + 6, 6, 4, 0, *fields]
    assert made.constants == (constant,)
    assert made.places == (0, HEADER + 6)


def test_parts_of_values():
    x, y = value(10), value(10)
    code = [called("add", x.part(2, (3,)), y.part(4, (3,)), y.part(0, (3,)), chunks=3)]
    made = assembled(code, outside=[x])
    given, memory = np.zeros(10, np.int64), allocate(1024)
    made.bind(memory, {x.block: given})
    starts = [given.ctypes.data + 16, memory.ctypes.data + 32, memory.ctypes.data]
    assert made.words[HEADER::2].tolist() == starts


def test_it_is_bound_anew():
    x, y = value(3), value(3)
    made = assembled([called("add", x, x, y)], outside=[x])
    for _ in range(2):
        memory, given = allocate(1024), np.zeros(3, np.int64)
        made.bind(memory, {x.block: given})
        addresses = [given.ctypes.data, given.ctypes.data, memory.ctypes.data]
        assert made.words[HEADER::2].tolist() == addresses


def test_numbers():
    made = assembled([called("mix", value(1), value(1), -5)])
    assert made.words[-1] == -5


def test_jumps():
    top, end, flag = Label(), Label(), value(1, dtype=np.bool_)
    x = value(1)
    code = [
        called("count", x),
        top,
        Jump(end, unless=flag),
        called("count", x),
        Jump(top, None, 9, 3),
    ]
    code.append(end)
    made = assembled(code)
    memory = allocate(1024)
    made.bind(memory, {})
    first, jump, second, back, last = (made.places[i] for i in (0, 2, 3, 4, 6))
    flag_at = memory.ctypes.data + made.offsets[flag.block]
    assert (first, jump, second, back, last) == (0, 7, 13, 20, 26)
    assert made.words[jump:second].tolist() == [0, second, flag_at, last, 0, 1]
    assert made.words[back:last].tolist() == [0, last, 0, jump, 9, 3]


@pytest.mark.parametrize(
    ("chunks", "grain", "expected"),
    [(10, 4, 4), (MOST_TASKS, 1, 1), (MOST_TASKS + 1, 1, 2), (5 * MOST_TASKS, 2, 5)],
)
def test_no_more_tasks_than_a_ticket_counts(chunks, grain, expected):
    made = assembled([called("count", value(1), chunks=chunks, grain=grain)])
    assert made.words[2:4].tolist() == [chunks, expected]


def test_an_instruction_that_alternates():
    once = called("count", value(1))
    assert assembled([once, replace(once, alternates=True)]).words[4::7].tolist() == [0, -1]


def test_more_operations_than_a_word_counts():
    top = Label()
    assert assembled([top, Jump(top, operations=10**30)]).words[4] == 1 << 62


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((value(1), value(1)), "add takes x, y, z: add"),
        ((value(1), value(1), value(1, dtype=np.int32)), r"add: z is int64\*, not int32"),
        ((value(1), value(1), 3), "not the number 3"),
        ((value(1), value(1), np.zeros(1, np.int32)), r"add: z is int64\*, not int32"),
        ((value(1), value(1), np.zeros((2, 2), np.int64).T), "not in C order"),
    ],
)
def test_arguments_that_do_not_fit(arguments, message):
    with pytest.raises(TypeError, match=message):
        assembled([called("add", *arguments)])


def test_a_value_for_a_number():
    with pytest.raises(TypeError, match="mix: turns is int64, not int64"):
        assembled([called("mix", value(1), value(1), value(1))])


def test_booleans_are_bytes():
    assembled([called("less", value(1), value(1), value(1, dtype=np.bool_))])


@pytest.mark.parametrize("size", [1, 100, 4096])
def test_memory_begins_at_a_cache_line(size):
    for _ in range(5):
        memory = allocate(size)
        assert (memory.nbytes, memory.ctypes.data % 64) == (size, 0)

"""Where blocks are in use."""

import numpy as np
import pytest

from kernels.flat.instruction import Instruction, Jump, Label
from kernels.flat.lives import Life, lives, loops
from kernels.flat.value import new_value


def values(count):
    return [new_value((1,), np.int64) for _ in range(count)]


def uses(*mentioned):
    return Instruction("any.kernel", mentioned)


def test_of_nothing():
    assert lives([]) == {}


def test_from_the_first_to_the_last_mention():
    a, b, c = values(3)
    found = lives([uses(a), uses(a, b), uses(c, b)])
    assert found == {a.block: Life(0, 1), b.block: Life(1, 2), c.block: Life(2, 2)}


def test_views_keep_the_block_alive():
    a, b = values(2)
    assert lives([uses(a), uses(b), uses(a.reshaped((1, 1)))])[a.block] == Life(0, 2)


def test_what_is_given_begins_before_and_what_is_kept_ends_behind():
    a, b, c = values(3)
    code = [uses(a), uses(b)]
    found = lives(code, given=[a.block], kept=[b.block, c.block])
    assert found == {a.block: Life(-1, 0), b.block: Life(1, 2), c.block: Life(0, 2)}


def test_a_condition_is_a_mention():
    a, label = values(1)[0], Label()
    assert lives([uses(a), label, Jump(label, unless=a)])[a.block] == Life(0, 2)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (0, 1, Life(0, 1)),  # before the loop of 2 to 5
        (0, 3, Life(0, 5)),
        (0, 6, Life(0, 6)),
        (3, 4, Life(3, 4)),
        (3, 6, Life(2, 6)),
        (6, 7, Life(6, 7)),
    ],
)
def test_a_loop(first, last, expected):
    a, other = values(2)
    top = Label()
    code = [uses(other), uses(other), top, uses(other), uses(other), Jump(top), uses(other)]
    code.append(uses(other))
    for position in (first, last):
        code[position] = uses(a)
    assert lives(code)[a.block] == expected


def test_loops_within_loops():
    outer, inner = Label(), Label()
    a, b, c = values(3)
    code = [uses(a), outer, uses(b), inner, uses(a, b, c), Jump(inner), uses(c), Jump(outer)]
    assert loops(code) == [Life(3, 5), Life(1, 7)]
    found = lives(code)
    assert found == {a.block: Life(0, 7), b.block: Life(2, 5), c.block: Life(3, 6)}


def test_a_jump_forward_is_no_loop():
    end, a, b = Label(), *values(2)
    code = [uses(a), Jump(end, unless=b), uses(a), end, uses(b)]
    assert loops(code) == []
    assert lives(code) == {a.block: Life(0, 2), b.block: Life(1, 4)}


def test_lives_that_meet():
    assert Life(0, 2).meets(Life(2, 3))
    assert Life(2, 3).meets(Life(0, 2))
    assert not Life(0, 1).meets(Life(2, 3))

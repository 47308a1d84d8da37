"""Copies, and code that does without them."""

import numpy as np
import pytest

from kernels.flat.assembly import allocate
from kernels.flat.copies import copies_at_once, copy, is_whole, written_to
from kernels.flat.instruction import Instruction, Jump, Label
from kernels.flat.segment import make_segment
from kernels.flat.team import Team
from kernels.flat.value import new_value
from kernels.meter import Meter


def executed(code, outputs):
    made = make_segment(code, ["Operator 0 (TEST)"] * len(code), {}, dict(enumerate(outputs)), 1, 0)
    return [*made.run({}, Meter(), allocate(made.size), Team(2)).values()]


@pytest.mark.parametrize("dtype", [np.bool_, np.int8, np.float32, np.int64])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (40, 1001)])
def test_a_copy(shape, dtype):
    constant = np.random.default_rng(0).integers(0, 2, shape).astype(dtype)
    first, second = new_value(shape, dtype), new_value(shape, dtype)
    (made,) = executed([copy(constant, first), copy(first, second)], [second])
    np.testing.assert_array_equal(made, constant)
    assert (made.shape, made.dtype) == (shape, dtype)


def test_a_copy_of_parts():
    x, y = new_value((6,), np.int32), new_value((6,), np.int32)
    code = [
        copy(np.arange(6, dtype=np.int32), x),
        copy(x, y),
        copy(x.part(1, (2,)), y.part(3, (2,))),
    ]
    assert executed(code, [y])[0].tolist() == [0, 1, 2, 1, 2, 5]


def test_all_of_a_block():
    x = new_value((6,), np.int32)
    assert is_whole(x.reshaped((2, 3)))
    assert not is_whole(x.part(0, (5,)))
    assert not is_whole(x.part(1, (5,)))


def uses(*mentioned):
    return Instruction("any.kernel", mentioned)


def values(count):
    return [new_value((4,), np.int64) for _ in range(count)]


def test_what_is_made_after_the_last_reader():
    target, made, other = values(3)
    flag = Jump(Label(), unless=made)
    code = [uses(target, other), uses(other, made.part(1, (2,))), uses(made), flag.label, flag]
    moved = written_to(code, made.block, target.block)
    assert moved[1] == uses(other, target.part(1, (2,)))
    assert moved[2] == uses(target)
    assert moved[4] == Jump(flag.label, unless=target)
    assert [moved[0], moved[3]] == [code[0], code[3]]


def test_what_nothing_read_before():
    target, made = values(2)
    assert written_to([uses(made)], made.block, target.block) == (uses(target),)


@pytest.mark.parametrize("last", [0, 1, 2])
def test_what_is_still_read(last):
    target, made, other = values(3)
    code = [uses(other, made), uses(made), uses(other, made)]
    code[last] = uses(target, made)
    assert written_to(code, made.block, target.block) is None


def test_a_copy_that_is_written_to_is_dropped():
    target, made, other = values(3)
    code = [uses(target, other), copy(target, made), uses(other, made)]
    assert written_to(code, made.block, target.block) == (code[0], uses(other, target))


def test_a_copy_of_a_part_is_not():
    target, made = values(2)
    code = [copy(target.part(0, (2,)), made.part(0, (2,))), uses(made)]
    assert written_to(code, made.block, target.block) is None


def test_a_copy_whose_source_is_read_later_is_not():
    target, made = values(2)
    code = [copy(target, made), uses(made), uses(target)]
    assert written_to(code, made.block, target.block) is None


def test_within_a_loop_every_mention_is_before_and_after():
    target, made, other = values(3)
    top = Label()
    code = [top, uses(target, other), uses(other, made), Jump(top)]
    assert written_to(code, made.block, target.block) is None
    copied = [top, copy(target, made), uses(made), Jump(top)]
    assert written_to(copied, made.block, target.block) is None
    apart = [*code[:2], Jump(top), uses(other, made)]
    assert written_to(apart, made.block, target.block)[-1] == uses(other, target)


def test_values_change_places():
    x, y, z = values(3)
    starts = [np.int64([k] * 4) for k in range(3)]
    code = [copy(start, value) for start, value in zip(starts, (x, y, z), strict=True)]
    moves = [(y, x), (z, y), (x, z)]
    made = executed([*code, *copies_at_once(moves)], [x, y, z])
    assert [value[0] for value in made] == [1, 2, 0]


def test_what_is_there_is_not_copied():
    x, y, _ = values(3)
    assert copies_at_once([(x, x), (x.reshaped((2, 2)), x)]) == ()
    assert len(copies_at_once([(np.arange(4), y)])) == 1

from dataclasses import fields

import numpy as np
import pytest

from kernels.errors import ModelError
from kernels.flat import profile
from kernels.flat.assembly import allocate
from kernels.flat.instruction import Instruction, Jump, Label, Origin
from kernels.flat.profile import PLAIN, Spent, TimedSegment, TimingMachine
from kernels.flat.segment import make_segment
from kernels.flat.team import Team
from kernels.flat.value import Block, Value, new_value
from kernels.interpreter import Interpreter
from kernels.limits import Limits
from kernels.meter import Meter
from tests.build_model import Operation, graph, tensor
from tests.flat_kernels import flat_kernels
from tests.test_segment import counting, run

__all__ = ["flat_kernels"]

X = np.array([-1.0, 2.0], np.float32)


def relu():
    x, y = tensor("x", (2,)), tensor("y", (2,))
    return graph([Operation("RELU", [x], [y])], [x], [y])


def test_a_profile_has_the_instructions_and_the_time_they_take():
    interpreter = Interpreter(relu())
    (spent,) = interpreter.profile(x=X)
    assert (spent.operator, spent.kernel) == ("RELU", "unary.clamp")
    assert spent.seconds >= 0


def test_a_profile_changes_no_result_and_later_ones_have_the_same_entries():
    interpreter = Interpreter(relu())
    before = interpreter.invoke(x=X)["y"]
    names = [[(s.operator, s.kernel) for s in interpreter.profile(x=X)] for _ in range(2)]
    assert names[0] == names[1]
    assert np.array_equal(interpreter.invoke(x=X)["y"], before)


@pytest.mark.parametrize("flag", [False, True])
def test_a_jump_is_taken_where_its_flag_is_false(flag):
    x = Value(Block(8), (2,), np.dtype(np.float32))
    condition = Value(Block(1), (), np.dtype(np.bool_))
    y, end, origin = new_value((2,), np.float32), Label(), Origin("RELU", 6)
    relu = Instruction("unary.clamp", (x, y, 2, 0.0, np.inf), origin=origin)
    code = [relu, Jump(end, condition), relu, end]
    owners = ["Operator 0 (RELU)"] * len(code)
    plain = make_segment(code, owners, {x.block: 0, condition.block: 1}, {2: y}, 1, 0)
    timed = TimedSegment(**{part.name: getattr(plain, part.name) for part in fields(plain)})
    memory = allocate(timed.size)
    made = timed.run({0: X, 1: np.array(flag)}, Meter(), memory, Team())
    assert made[2].tolist() == [0, 2]
    assert [s.operations for s in timed.watch.spent] == [3, 3][: 1 + flag]


def test_multiply_adds_are_those_of_the_instructions_that_read_weights():
    x, origin = new_value((4,), np.float32), Origin("CONV_2D", 90)
    offsets = np.zeros(1000, np.int32)
    wide, narrow = np.zeros(64, np.int8), np.zeros(32, np.float32)
    code = [
        Instruction("quantize", (x, offsets), origin=origin),
        Instruction("wide", (x, offsets, wide), origin=origin),
        Instruction("narrow", (x, narrow, narrow[:3]), origin=origin),
        Instruction("add", (x, x), origin=Origin("ADD", 8)),
        Instruction("new", (x,)),
    ]
    shares = profile._operations(code)
    assert [shares.get(id(item)) for item in code] == [0, 60, 30, 8, None]


def test_what_a_kernel_runs_within_it_is_counted_once(monkeypatch):
    clock = iter([0.0, 10.0, 14.0, 15.0])
    monkeypatch.setattr(profile.time, "thread_time", lambda: next(clock))
    machine = TimingMachine()
    assert machine.call("WHILE", lambda: machine.call("ADD", lambda: 7)) == 7
    assert machine.watch.spent == [Spent("ADD", PLAIN, 0, 4), Spent("WHILE", PLAIN, 0, 11)]


def timed_counting(operations):
    plain = counting(operations=operations)
    return TimedSegment(**{part.name: getattr(plain, part.name) for part in fields(plain)})


@pytest.mark.usefixtures(flat_kernels.__name__)
def test_turns_of_loops_are_timed_and_counted():
    timed, meter = timed_counting(operations=100), Meter(Limits(loop_iterations=10))
    assert run(timed, np.int64([7]), meter=meter) == [7]
    assert [s.kernel for s in timed.watch.spent] == ["add", *["less", "add"] * 7, "less"]
    assert (meter.loop_iterations, meter.operations) == (7, 705)
    with pytest.raises(ModelError, match=r"TEST.*ran 10 times"):
        run(timed, np.int64([7]), meter=meter)


@pytest.mark.usefixtures(flat_kernels.__name__)
def test_beyond_the_limit_of_operations_nothing_is_made():
    timed = timed_counting(operations=100)
    assert run(timed, np.int64([7]), limits=Limits(operations=704)) is None
    assert run(timed, np.int64([7]), limits=Limits(operations=705)) == [7]
